using System.Globalization;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using VaeDa.Reanalysis;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>The figures of a reanalysis: a date, dates one after another, or a series. One date is open at a time.</summary>
/// <param name="options">How it is drawn.</param>
/// <param name="results">The reanalysis.</param>
internal sealed class ReanalysisPlots(PlotOptions options, ReanalysisResults results)
{
    private string Variable => options.Variable ?? results.Variables[0].Name;

    /// <summary>Of the series that was drawn, against the truth; null without one.</summary>
    public EnsembleScore? Score { get; private set; }

    public static string Describe(EnsembleScore score) => FormattableString.Invariant($"mean against the truth: RMSE {score.Rmse:g3}, bias {score.Bias:g3}, correlation {score.AnomalyCorrelation:f3}")
        + (score.Members == 0 ? string.Empty : FormattableString.Invariant($"; spread {score.Spread:g3}, the central 90% interval of {score.Members} members holds {100 * score.Coverage90:f0}% of it"));

    public string PictureName => options.Series is { } series ? $"{series}.png" : $"{Chosen()[^1].ToString("yyyy-MM-dd'T'HHmm", CultureInfo.InvariantCulture).Replace("T0000", string.Empty, StringComparison.Ordinal)}.png";

    public Figure Figure() => options.Series is { } series ? Series(series) : Of(Chosen()[^1], options.Range);

    /// <summary>The dates of the time that was chosen, or all, in the same colours.</summary>
    public IEnumerable<Figure> Frames()
    {
        var times = Chosen();
        // The range of some dates of them: all would have to be read twice.
        var scale = options.Range ?? ColourScale.ForAnomalies(
            results.Variables.First(v => v.Name == Variable).Units,
            Enumerable.Range(0, Math.Min(times.Count, 12)).SelectMany(i => results.Read(times[i * times.Count / Math.Min(times.Count, 12)])[Variable].Mean));
        foreach (var time in times)
        {
            yield return Of(time, scale);
        }
    }

    private Figure Of(DateTime time, ColourScale? scale)
    {
        var analysis = options.Telling(results.Read(time));
        return AnalysisPicture.Of(analysis, Variable, Truth.Of(options.Truth, time, analysis.Grid, analysis.Variables), scale);
    }

    private List<DateTime> Chosen()
    {
        var times = results.Times.ToList();
        return options.Time is not { } text ? times : [.. TimePeriod.Parse(text).IndicesIn(times).Select(i => times[i])];
    }

    private SeriesFigure Series(string area)
    {
        var period = options.Time is { } text ? TimePeriod.Parse(text) : null;
        var figure = SeriesPicture.Of(results, area, Variable, period)
            ?? throw new InvalidInputException($"{options.Input}: the series of '{area}' has no date {(period is null ? string.Empty : $"in {period.Text}")}");
        if (options.Truth is not { } truth)
        {
            return figure;
        }

        var besides = SeriesBesideTruth.Of(results, results.Series(area, Variable), figure.Times, truth);
        Score = besides.Score();
        return new SeriesFigure
        {
            Area = area,
            Variable = figure.Variable,
            Times = figure.Times,
            Mean = besides.Mean,
            Members = figure.Members.Count == 0 ? [] : besides.Members,
            Truth = besides.TrueMean,
            Observations = figure.Observations,
        };
    }
}
