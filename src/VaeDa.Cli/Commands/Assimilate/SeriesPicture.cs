using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using VaeDa.Reanalysis;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>The picture of a reanalysis's series.</summary>
internal static class SeriesPicture
{
    // Stations as near as that stand for the place.
    private const double NearKilometres = 50;

    /// <param name="results">The reanalysis.</param>
    /// <param name="area">Or place.</param>
    /// <param name="variable">Its name.</param>
    /// <param name="period">Null: all dates.</param>
    /// <returns>Null where no date has an analysis.</returns>
    public static SeriesFigure? Of(ReanalysisResults results, string area, string variable, TimePeriod? period = null)
    {
        var series = results.Series(area, variable);
        int[] rows = [.. Enumerable.Range(0, series.Times.Count).Where(i => period is null || period.Contains(series.Times[i]))];
        return rows.Length == 0 ? null : new SeriesFigure
        {
            Area = area,
            Variable = series.Variable,
            Times = [.. rows.Select(i => series.Times[i])],
            Mean = [.. rows.Select(i => series.Mean[i])],
            Members = series.Members[0].Count == 0 ? [] : [.. rows.Select(i => series.Members[i])],
            Observations = series.Area.Place is [var latitude, var longitude] ? [.. Near(results, variable, latitude, longitude, series.Times[rows[0]], series.Times[rows[^1]])] : [],
        };
    }

    /// <summary>Draws the whole area's series of each variable into the folder: <c>series.png</c>, or <c>series.NAME.png</c> for each of several.</summary>
    public static void Draw(string folder, ReanalysisResults results)
    {
        foreach (var variable in results.Variables.Select(v => v.Name))
        {
            Of(results, results.Areas[0].Name, variable)?.Save(Path.Combine(folder, results.Variables.Count == 1 ? "series.png" : $"series.{variable}.png"));
        }
    }

    private static IEnumerable<(DateTime Time, double Anomaly)> Near(ReanalysisResults results, string variable, double latitude, double longitude, DateTime from, DateTime to)
    {
        var place = EarthPoint.At(latitude, longitude);
        foreach (var frame in results.Blocks.Select(results.ObservationsOf).Where(f => f.Columns.Count > 0))
        {
            for (var i = 0; i < frame.Rows.Count; i++)
            {
                if ((string)frame["flag"][i] == ObservationResults.Used && (DateTime)frame["analysis_time"][i] is var time && time >= from && time <= to
                    && (frame.Columns.IndexOf("variable") < 0 || frame["variable"][i] is null || (string)frame["variable"][i] == variable)
                    && place.Arc(EarthPoint.At((double)frame["lat"][i], (double)frame["lon"][i])) <= NearKilometres)
                {
                    yield return (time, (double)frame["anomaly"][i]);
                }
            }
        }
    }
}
