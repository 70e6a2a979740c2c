using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Fields.Grids;
using VaeDa.Reanalysis.Series;
using VaeDa.Verification.Scores;

namespace VaeDa.Verification.Sequences;

/// <summary>
/// Scores of analyses in sequence, gathered date by date for each network, variable and method: of means over whole months (of monthly fields, years), of the largest value
/// of a month, of changes from date to date, and of the dates themselves; each for all cells and for the means of areas. Member m of all dates is one history.
/// </summary>
public sealed class SequenceScores
{
    /// <summary>The quantity of each date.</summary>
    public const string Value = "value";

    /// <summary>The quantity of each step from a date to the next.</summary>
    public const string Change = "change";

    /// <summary>The mean over a month, or over a year of monthly fields.</summary>
    public const string Mean = "mean";

    /// <summary>The largest value of a month, or of a year of monthly fields.</summary>
    public const string Largest = "largest";

    /// <summary>The name, in the place of an area's, of all cells, each scored by itself and weighted by its area.</summary>
    public const string Cells = "cells";

    /// <summary>From fewer months, or years, no standard error is given: it would itself err by more than a third of its size.</summary>
    public const int FewestBlocks = PairedBootstrap.FewestBlocks;

    private readonly SequencePeriods _periods;
    private readonly IReadOnlyList<SeriesArea> _areas;
    private readonly float[] _cellAreas; // (H, W)
    private readonly List<((string Network, string Variable, string Method) Key, int Members, MethodSequence Sequence)> _sequences = [];

    /// <summary>Makes scores to which the dates are added one by one.</summary>
    /// <param name="grid">The grid of the fields.</param>
    /// <param name="step">The step from date to date.</param>
    /// <exception cref="InvalidInputException">There are several dates a day, at hours that are not known.</exception>
    public SequenceScores(Grid grid, TimeStep step)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(step);
        (_periods, _areas, _cellAreas) = (new SequencePeriods(step), SeriesArea.Usual(grid), grid.AreaWeights());
        Period = step.Frequency == Frequency.Monthly ? "year" : "month";
    }

    /// <summary>What means are taken over: <c>month</c>, or <c>year</c> of monthly fields.</summary>
    public string Period { get; }

    /// <summary>The month that a time is in, or the year of monthly fields.</summary>
    /// <param name="time">The time, UTC.</param>
    /// <returns>Its name, such as <c>2000-01</c>.</returns>
    public string PeriodOf(DateTime time) => _periods.Of(time).Name;

    /// <summary>The step that a time is in, counted from the first of the calendar.</summary>
    /// <param name="time">UTC.</param>
    internal long NumberOf(DateTime time) => _periods.Number(time);

    /// <summary>From date to date.</summary>
    internal TimeStep Step => _periods.Step;

    /// <summary>The names of the quantities that are scored.</summary>
    public static IReadOnlyList<string> Quantities { get; } = [Value, Change, Mean, Largest];

    /// <summary>Adds one variable of one date.</summary>
    /// <param name="network">The name of the network.</param>
    /// <param name="variable">The name of the variable.</param>
    /// <param name="method">The name of the method.</param>
    /// <param name="time">The time, UTC, after those that were added before of the same network, variable and method.</param>
    /// <param name="truth">The true field, (H, W), NaN where it has no value.</param>
    /// <param name="mostProbable">The most probable field, (H, W), in the units of the truth.</param>
    /// <param name="members">The members, M of (H, W), as many and in the order of the other dates; fewer than two are no ensemble.</param>
    public void Add(string network, string variable, string method, DateTime time, float[] truth, float[] mostProbable, IReadOnlyList<float[]> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var key = (network, variable, method);
        var count = members.Count < 2 ? 0 : members.Count;
        var sequence = _sequences.Find(s => s.Key == key).Sequence;
        if (sequence is null)
        {
            _sequences.Add((key, count, sequence = new MethodSequence(_periods, _cellAreas, _areas, count)));
        }

        sequence.Add(time, [truth, mostProbable, .. count == 0 ? [] : members]);
    }

    /// <summary>Scores the last month, if it is whole: no more dates will come.</summary>
    public void Finish() => _sequences.ForEach(s => s.Sequence.Close());

    /// <summary>The months that lack more than a tenth of their dates, and so have no mean and no largest value.</summary>
    /// <param name="method">The name of a method.</param>
    /// <returns>For each network the month, the number of dates that were added, and of the dates that it has.</returns>
    public IReadOnlyList<(string Network, string Period, int Dates, int Steps)> Partial(string method) =>
        [.. _sequences.Where(s => s.Key.Method == method).SelectMany(s => s.Sequence.Partial, (s, p) => (s.Key.Network, p.Period, p.Dates, p.Steps)).Distinct()];

    /// <summary>Makes a table of the scores.</summary>
    /// <returns>
    /// A row for each network, variable, method, quantity and area that has a truth: times (months, dates or steps), blocks (months), members, rmse of the most probable field,
    /// mean_rmse and spread of the ensemble in the variable's units, spread_skill (1 if calibrated), coverage_50 and coverage_90; with standard errors by a jackknife over the
    /// blocks in the columns that end in _se, NaN from fewer than <see cref="FewestBlocks"/>. Scores of the ensemble are NaN without one.
    /// </returns>
    public DataFrame ToDataFrame()
    {
        var table = new ScoreTable("network", "variable", "method", "quantity", "area");
        foreach (var (key, members, quantity, scores, row, area) in Rows())
        {
            var blocks = scores.Blocks(row);
            var all = blocks.Aggregate((a, b) => a + b);
            double OfEnsemble(Func<BlockSums, double> score) => members == 0 ? double.NaN : score(all);
            double Error(Func<BlockSums, double> score) => members == 0 ? double.NaN : BlockSums.StandardError(blocks, score);
            table.Add(
                [key.Network, key.Variable, key.Method, quantity, area],
                [
                    ("times", scores.Times),
                    ("blocks", blocks.Count),
                    ("members", members),
                    ("rmse", all.Rmse),
                    ("mean_rmse", OfEnsemble(s => s.MeanRmse)),
                    ("spread", OfEnsemble(s => Math.Sqrt(s.Variance / s.Weight * members / (members + 1)))),
                    ("spread_skill", OfEnsemble(s => s.SpreadSkill)),
                    ("spread_skill_se", Error(s => s.SpreadSkill)),
                    ("coverage_50", OfEnsemble(s => s.Coverage50)),
                    ("coverage_50_se", Error(s => s.Coverage50)),
                    ("coverage_90", OfEnsemble(s => s.Coverage90)),
                    ("coverage_90_se", Error(s => s.Coverage90)),
                ]);
        }

        return table.ToDataFrame();
    }

    /// <summary>The ranks of the truth among the members, of each row of the table that has an ensemble.</summary>
    /// <returns>The names of the row, and its ranks: of cells weighted by area, of an area's mean one for each time.</returns>
    public IEnumerable<(string Network, string Variable, string Method, string Quantity, string Area, RankHistogram Ranks)> Ranks() =>
        Rows().Where(r => r.Members > 0).Select(r => (r.Key.Network, r.Key.Variable, r.Key.Method, r.Quantity, r.Area, r.Scores.Ranks(r.Row)));

    private IEnumerable<((string Network, string Variable, string Method) Key, int Members, string Quantity, QuantityScores Scores, int Row, string Area)> Rows() =>
        from s in _sequences
        from q in s.Sequence.Quantities
        from row in Enumerable.Range(0, _areas.Count + 1)
        where q.Scores.Blocks(row).Count > 0
        select (s.Key, s.Members, q.Name, q.Scores, row, row == 0 ? Cells : _areas[row - 1].Name);
}
