using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Pages;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Report;

/// <summary>
/// The maps of analyses, as many as a page has room for: of what is too large members are left out first, then dates, and of a single one then rows and columns.
/// </summary>
internal sealed class MapsOnPage
{
    // Of analyses that scales of colours are chosen by.
    private const int Looked = 6;

    // Of observations: those of one date, and of all dates together.
    private const int MostRows = 5000;
    private const int MostRowsOfAll = 40_000;
    private const int LeastRows = 200;

    // Letters.
    private const long RoomForAxes = 60_000;

    // Of the room, for what each date has before members get any; and of what is left for members, since some fields take more than others.
    private const double ShareOfDates = 0.85;
    private const double ShareOfMembers = 0.93;

    private readonly List<string> leftOut = [];
    private readonly List<(string Label, string? Time, string Variable, EnsembleScore Score)> scores = [];

    /// <param name="times">Of the analyses, in their order; null where one has none.</param>
    /// <param name="frequency">Of the fields; null where it is not known.</param>
    /// <param name="read">An analysis by its number.</param>
    /// <param name="truth">An archive; null for none.</param>
    /// <param name="mostDates">Of those that have maps.</param>
    /// <param name="size">Of the page.</param>
    /// <param name="blocks">Take the fields.</param>
    /// <param name="cancellation">Stops it.</param>
    public MapsOnPage(IReadOnlyList<DateTime?> times, Frequency? frequency, Func<int, Analysis> read, string? truth, int mostDates, ReportSize size, PageBlocks blocks, CancellationToken cancellation)
    {
        // Coasts and axes, which are there once, take less than that.
        var room = size.ForBlocks - blocks.Length - RoomForAxes;
        var looked = Every(times.Count, Looked).Select(read).ToList();
        var sample = looked[looked.Count / 2];
        var members = sample.Members.Count;
        Variables = [.. sample.Variables.Select(v => new PageVariable(v, looked.SelectMany(a => a[v.Name].Mean), members == 0 ? [] : looked.SelectMany(a => a[v.Name].Spread)))];
        int RowsFor(int dates) => dates == 1 ? MostRows : Math.Clamp(MostRowsOfAll / dates, LeastRows, MostRows);
        var every = 1;
        var (ofField, ofDate) = (0L, 0L);
        // With fewer cells neighbours differ more, so that what a field takes is measured anew.
        for (var most = (long)sample.Grid.Cells; ; most = (long)(0.8 * Grid!.Height * Grid.Width))
        {
            every = PageGrid.EveryFor(sample.Grid, most);
            Grid = new PageGrid(sample.Grid, every, new PageBlocks());
            long LengthOf(Func<AnalysedVariable, float[]> field) => Variables.Sum(v => PageBlocks.LengthOf(Grid.Of(v.Shown(field(sample[v.Name]))), v.Step));
            ofField = LengthOf(of => of.Mean);
            var measured = new PageBlocks();
            measured.Add(new ObservationsOnPage(sample.Observations, Grid, Variables).ToBlock(RowsFor(Math.Min(times.Count, mostDates))));
            var (ofSpread, ofDeviations) = (members == 0 ? 0 : LengthOf(of => of.Spread), LengthOf(of => of.ClimatologicalStandardDeviation));
            ofDate = measured.Length + ofField + ofSpread + (truth is null ? 0 : ofField);
            if (ofDate + ofDeviations <= ShareOfDates * room || PageGrid.EveryFor(sample.Grid, (long)(0.8 * Grid.Height * Grid.Width)) == every)
            {
                break;
            }
        }

        Grid = new PageGrid(sample.Grid, every, blocks);
        foreach (var variable in Variables)
        {
            variable.Deviation = blocks.Add(Grid.Of(variable.Shown(sample[variable.Name].ClimatologicalStandardDeviation)), variable.Step);
        }

        var fitting = (int)Math.Clamp(ShareOfDates * (size.ForBlocks - blocks.Length) / ofDate, 1, Math.Min(mostDates, times.Count));
        var chosen = Every(times.Count, fitting);
        var left = size.ForBlocks - blocks.Length - chosen.Count * ofDate;
        var kept = (int)Math.Clamp(ShareOfMembers * left / Math.Max(ofField * chosen.Count, 1), 0, members + 1);
        // The most probable field is one more.
        var hasProbable = chosen.Count == 1 && members > 0 && kept > 0;
        kept = Math.Min(kept - (hasProbable ? 1 : 0), members);
        var dates = new List<PageDate>();
        foreach (var i in chosen)
        {
            cancellation.ThrowIfCancellationRequested();
            dates.Add(Date(i == times.Count / 2 && chosen.Count == 1 ? sample : read(i), times[i]));
        }

        Dates = dates;
        Describe();

        PageDate Date(Analysis analysis, DateTime? time)
        {
            var known = Truth.Of(truth, time, analysis.Grid, analysis.Variables);
            var label = DateWords.Of(time, frequency);
            var iso = time is { } at ? Iso(at) : null;
            var fields = new List<PageFields>();
            foreach (var variable in Variables)
            {
                var of = analysis[variable.Name];
                int Add(IReadOnlyList<float> field) => blocks.Add(Grid.Of(variable.Shown(field)), variable.Step);
                fields.Add(new PageFields(
                    Add(of.Mean),
                    members == 0 ? null : Add(of.Spread),
                    [.. Enumerable.Range(0, kept).Select(m => Add(of.Members[m]))],
                    hasProbable ? Add(of.MostProbable) : null,
                    known is null ? null : Add(known.Of(variable.Name))));
                if (known is not null)
                {
                    scores.Add((label, iso, variable.Name, EnsembleScore.Of(
                        new EnsembleAgainstTruth(known.Of(variable.Name), of.MostProbable, [.. of.Members]), analysis.Grid.AreaWeights(), of.ClimatologicalStandardDeviation)));
                }
            }

            var how = analysis.Diagnostics;
            var note = FormattableString.Invariant($"{label}: {how.Observations:N0} observations used, {how.Flagged:N0} outliers (×), {how.Rejected + how.Missing:N0} not used (◇){(how.Withheld.Count == 0 ? string.Empty : $", {how.Withheld.Sum(w => w.Observations):N0} withheld (□)")}; chi-square per observation {how.ChiSquare:0.00}{(how.Converged ? string.Empty : "; NOT CONVERGED")}.");
            return new PageDate(label, iso, fields, blocks.Add(new ObservationsOnPage(analysis.Observations, Grid, Variables).ToBlock(RowsFor(chosen.Count))), note);
        }

        void Describe()
        {
            if (every > 1)
            {
                leftOut.Add(FormattableString.Invariant($"maps have one cell in {every} of each row and of each column, {Grid.Height} × {Grid.Width} of {sample.Grid.Height} × {sample.Grid.Width}"));
            }

            if (chosen.Count < times.Count)
            {
                leftOut.Add(FormattableString.Invariant($"{chosen.Count} of {times.Count} dates have maps and observations, one in {(times.Count + fitting - 1) / fitting}"));
            }

            if (kept < members)
            {
                leftOut.Add(kept == 0 ? FormattableString.Invariant($"none of the {members} members has maps; mean and spread are of all") : FormattableString.Invariant($"{kept} of {members} members have maps; mean and spread are of all"));
            }
        }
    }

    /// <summary>The cells.</summary>
    public PageGrid Grid { get; }

    /// <summary>V.</summary>
    public IReadOnlyList<PageVariable> Variables { get; }

    /// <summary>Those that have maps.</summary>
    public IReadOnlyList<PageDate> Dates { get; }

    /// <summary>What there was no room for, a clause each.</summary>
    public IReadOnlyList<string> LeftOut => leftOut;

    /// <summary>Against the truth, in the variables' own units; empty without one.</summary>
    public IReadOnlyList<(string Label, string? Time, string Variable, EnsembleScore Score)> Scores => scores;

    /// <summary>As the page has them.</summary>
    public PageMaps Maps => new(Grid, Variables, Dates,
        $"Values are those of the files' cells{(Grid.Every > 1 ? FormattableString.Invariant($", one in {Grid.Every} of each row and column") : string.Empty)}, rounded to {string.Join(", ", Variables.Select(v => $"{v.Step.ToString(System.Globalization.CultureInfo.InvariantCulture)} {v.Units}".TrimEnd()))}; grey cells have none. "
        + (Dates[0].Fields[0].Spread is null ? string.Empty : "± is the ensemble's standard deviation."));

    /// <summary>The scores as a table; none without a truth.</summary>
    public IEnumerable<PageTable> ScoreTables()
    {
        if (scores.Count == 0)
        {
            yield break;
        }

        yield return new PageTable(
            "Scores against the truth",
            [new("date"), new("variable"), new("units"), new("RMSE", null, "Of the most probable field, over the area"), new("RMSE of the mean"), new("bias"), new("spread", null, "Root mean square over the area"), new("CRPS"), new("anomaly correlation", 3), new("in 50% interval, %", 1), new("in 90% interval, %", 1)],
            [.. scores.Select(s =>
            {
                var variable = Variables.First(v => v.Name == s.Variable);
                object Shown(double value) => Math.Round(variable.Shown(value), variable.Digits + 1);
                // As ISO 8601 has it, so that it sorts.
                return (IReadOnlyList<object?>)[s.Time ?? s.Label, s.Variable, variable.Units, Shown(s.Score.Rmse), Shown(s.Score.MeanRmse), Shown(s.Score.Bias), Shown(s.Score.Spread), Shown(s.Score.Crps), s.Score.AnomalyCorrelation, 100 * s.Score.Coverage50, 100 * s.Score.Coverage90];
            })]);
    }

    /// <summary>As JSON and browsers have times; all are UTC.</summary>
    public static string Iso(DateTime time) => time.ToString(time.TimeOfDay.Ticks == 0 ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    // Evenly, from the first on: so many at most.
    private static List<int> Every(int count, int most)
    {
        var step = (count + most - 1) / most;
        return [.. Enumerable.Range(0, count).Where(i => i % step == 0)];
    }
}
