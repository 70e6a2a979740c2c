using System.Globalization;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using VaeDa.Reanalysis;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>The figures of a reanalysis: a date, dates one after another, or a series. One date is open at a time.</summary>
/// <param name="options">How it is drawn.</param>
/// <param name="results">The reanalysis.</param>
internal sealed class ReanalysisPlots(PlotOptions options, ReanalysisResults results)
{
    private string Variable => options.Variable ?? results.Variables[0].Name;

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
        var period = options.Time is { } text ? TimePeriod.Parse(text) : null;
        return SeriesPicture.Of(results, area, Variable, period)
            ?? throw new InvalidInputException($"{options.Input}: the series of '{area}' has no date {(period is null ? string.Empty : $"in {period.Text}")}");
    }
}
