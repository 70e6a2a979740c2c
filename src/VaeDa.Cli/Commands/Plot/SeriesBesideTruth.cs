using VaeDa.Fields;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Series;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>A series of a reanalysis and the true one, both over those cells of the area where the truth has a value.</summary>
/// <param name="Mean">The ensemble's mean (T).</param>
/// <param name="Members">The members' values (T, M).</param>
/// <param name="TrueMean">The true values (T); NaN where the truth has none in the area.</param>
internal sealed record SeriesBesideTruth(IReadOnlyList<double> Mean, IReadOnlyList<IReadOnlyList<double>> Members, IReadOnlyList<double> TrueMean)
{
    /// <param name="results">Its fields are read: the series in its table are of the whole area.</param>
    /// <param name="series">Of the whole area.</param>
    /// <param name="times">Those of its times that are wanted.</param>
    /// <param name="truth">An archive.</param>
    public static SeriesBesideTruth Of(ReanalysisResults results, AreaSeries series, IReadOnlyList<DateTime> times, string truth)
    {
        var (means, members, truths) = (new List<double>(), new List<IReadOnlyList<double>>(), new List<double>());
        SeriesArea? area = null;
        foreach (var time in times)
        {
            var analysis = results.Read(time);
            area ??= SeriesArea.Of(series.Area, analysis.Grid);
            var (found, known) = (analysis[series.Variable.Name], Truth.Of(truth, time, analysis.Grid, [series.Variable])!.Of(series.Variable.Name));
            means.Add(area.Mean(Where(known, found.Mean)));
            members.Add([.. found.Members.Select(m => area.Mean(Where(known, m)))]);
            truths.Add(area.Mean(Where(found.Mean, known)));
        }

        return new SeriesBesideTruth(means, members, truths);
    }

    /// <summary>The scores of the ensemble's mean, each time in the place of a cell.</summary>
    public EnsembleScore Score()
    {
        var truth = Floats(TrueMean);
        var each = Array.ConvertAll(truth, _ => 1f);
        return EnsembleScore.Of(new EnsembleAgainstTruth(truth, Floats(Mean), [.. Enumerable.Range(0, Members[0].Count).Select(m => Floats([.. Members.Select(values => values[m])]))]), each, each);

        static float[] Floats(IReadOnlyList<double> values) => [.. values.Select(v => (float)v)];
    }

    private static float[] Where(float[] known, float[] field) => [.. field.Zip(known, (value, k) => float.IsFinite(k) ? value : float.NaN)];
}
