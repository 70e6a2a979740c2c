using System.Globalization;

namespace VaeDa.Cli.Tests.Cases;

/// <summary>A CSV file of observations, by station.</summary>
/// <param name="Absent">Stations that must have no row.</param>
internal sealed record ObservationsContent(string File, int Rows, StationValue[] Values, double Tolerance, string[]? Absent = null) : IContent
{
    public string Path => File;

    public IEnumerable<string> FaultsOf(CheckRun run)
    {
        string[][] lines = [.. System.IO.File.ReadLines(run.PathOf(File)).Select(line => line.Split(','))];
        var (station, anomaly) = (Array.IndexOf(lines[0], "station"), Array.IndexOf(lines[0], "anomaly"));
        var found = lines.Skip(1).ToDictionary(cells => cells[station], cells => double.Parse(cells[anomaly], CultureInfo.InvariantCulture));
        if (found.Count != Rows)
        {
            yield return $"{found.Count} rows, not {Rows}";
        }

        foreach (var right in Values)
        {
            var value = found.GetValueOrDefault(right.Station, double.NaN);
            if (!(Math.Abs(value - right.Anomaly) <= Tolerance))
            {
                yield return FormattableString.Invariant($"{right.Station}: {value:0.####}, not {right.Anomaly}");
            }
        }

        foreach (var name in (Absent ?? []).Where(found.ContainsKey))
        {
            yield return $"{name} has a value";
        }
    }
}

internal sealed record StationValue(string Station, double Lat, double Lon, double Anomaly);
