using System.Globalization;
using VaeDa.Assimilation;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
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
    // Stations as near as that stand for the place.
    private const double NearKilometres = 50;

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
        var analysis = results.Read(time);
        return AnalysisPicture.Of(analysis, Variable, Truth.Of(options.Truth, time, analysis.Grid, analysis.Variables), scale);
    }

    private List<DateTime> Chosen()
    {
        var times = results.Times.ToList();
        return options.Time is not { } text ? times : [.. TimePeriod.Parse(text).IndicesIn(times).Select(i => times[i])];
    }

    private SeriesFigure Series(string area)
    {
        var series = results.Series(area, Variable);
        var period = options.Time is { } text ? TimePeriod.Parse(text) : null;
        int[] rows = [.. Enumerable.Range(0, series.Times.Count).Where(i => period is null || period.Contains(series.Times[i]))];
        if (rows.Length == 0)
        {
            throw new InvalidInputException($"{options.Input}: the series of '{area}' has no date {(period is null ? string.Empty : $"in {period.Text}")}");
        }

        DateTime[] times = [.. rows.Select(i => series.Times[i])];
        var besides = options.Truth is { } truth ? SeriesBesideTruth.Of(results, series, times, truth) : null;
        Score = besides?.Score();
        return new SeriesFigure
        {
            Area = area,
            Variable = series.Variable,
            Times = times,
            Mean = besides?.Mean ?? [.. rows.Select(i => series.Mean[i])],
            Members = series.Members[0].Count == 0 ? [] : besides?.Members ?? [.. rows.Select(i => series.Members[i])],
            Truth = besides?.TrueMean ?? [],
            Observations = series.Area.Place is [var latitude, var longitude] ? [.. Near(latitude, longitude, series.Times[rows[0]], series.Times[rows[^1]])] : [],
        };
    }

    private IEnumerable<(DateTime Time, double Anomaly)> Near(double latitude, double longitude, DateTime from, DateTime to)
    {
        var place = EarthPoint.At(latitude, longitude);
        foreach (var frame in results.Blocks.Select(results.ObservationsOf).Where(f => f.Columns.Count > 0))
        {
            for (var i = 0; i < frame.Rows.Count; i++)
            {
                if ((string)frame["flag"][i] == ObservationResults.Used && (DateTime)frame["analysis_time"][i] is var time && time >= from && time <= to
                    && (frame.Columns.IndexOf("variable") < 0 || frame["variable"][i] is null || (string)frame["variable"][i] == Variable)
                    && place.Arc(EarthPoint.At((double)frame["lat"][i], (double)frame["lon"][i])) <= NearKilometres)
                {
                    yield return (time, (double)frame["anomaly"][i]);
                }
            }
        }
    }
}
