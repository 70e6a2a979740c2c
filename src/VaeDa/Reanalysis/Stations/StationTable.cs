using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Files;

namespace VaeDa.Reanalysis.Stations;

/// <summary>The parts of stations' records as a table that people read and change: one row each.</summary>
public static class StationTable
{
    private static readonly string[] Needed = ["station", "kind", "from", "to", "offset", "standard_error"];

    /// <summary>Makes the table.</summary>
    /// <param name="parts">The parts.</param>
    /// <returns>The columns station, variable, lat, lon, kind, from, to, observations, offset, standard_error, change and change_standard_error; the last two empty but for drifts.</returns>
    public static DataFrame ToDataFrame(IReadOnlyList<StationBreak> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new DataFrame(
            new StringDataFrameColumn("station", parts.Select(p => p.Station)),
            new StringDataFrameColumn("variable", parts.Select(p => p.Variable)),
            new DoubleDataFrameColumn("lat", parts.Select(p => p.Latitude)),
            new DoubleDataFrameColumn("lon", parts.Select(p => p.Longitude)),
            new StringDataFrameColumn("kind", parts.Select(p => p.Kind.ToString().ToLowerInvariant())),
            new DateTimeDataFrameColumn("from", parts.Select(p => p.From)),
            new DateTimeDataFrameColumn("to", parts.Select(p => p.To)),
            new Int32DataFrameColumn("observations", parts.Select(p => p.Observations)),
            new DoubleDataFrameColumn("offset", parts.Select(p => Rounded(p.Offset))),
            new DoubleDataFrameColumn("standard_error", parts.Select(p => Rounded(p.Error))),
            new DoubleDataFrameColumn("change", parts.Select(p => p.ChangeError > 0 ? Rounded(p.Change) : (double?)null)),
            new DoubleDataFrameColumn("change_standard_error", parts.Select(p => p.ChangeError > 0 ? Rounded(p.ChangeError) : (double?)null)));
    }

    /// <summary>Reads the rows of such a table that say an offset, of a file in CSV or Parquet.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Those of another kind than none and echo, in the file's order.</returns>
    /// <exception cref="InvalidInputException">It is not such a table: a column is missing, or a cell cannot be right.</exception>
    public static IReadOnlyList<StationBreak> Read(string path)
    {
        var table = TextTable.Read(path, _ => true);
        var columns = table.Names.Index().GroupBy(c => c.Item, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First().Index, StringComparer.OrdinalIgnoreCase);
        if (Needed.FirstOrDefault(name => !columns.ContainsKey(name)) is { } missing)
        {
            throw new InvalidInputException($"{path}: the header has no column '{missing}'; a table of stations' breaks, as a reanalysis leaves it, has {string.Join(", ", Needed)}");
        }

        var parts = new List<StationBreak>();
        foreach (var row in table.Rows)
        {
            if (table.Unevenness(row) is { } uneven)
            {
                throw new InvalidInputException($"{path}:{row.Line}: {uneven}");
            }

            if (!Enum.TryParse<BreakKind>(Text("kind"), ignoreCase: true, out var kind) || !kind.ToString().Equals(Text("kind"), StringComparison.OrdinalIgnoreCase))
            {
                throw Refusal("kind", $"is none of {string.Join(", ", Enum.GetNames<BreakKind>()).ToLowerInvariant()}");
            }

            if (kind is BreakKind.None or BreakKind.Echo)
            {
                continue;
            }

            var part = new StationBreak(
                Text("station") is { } name ? name : throw Refusal("station", "is not a name"),
                Text("variable"),
                NumberOr("lat", double.NaN),
                NumberOr("lon", double.NaN),
                kind,
                Time("from"),
                Time("to"),
                (int)NumberOr("observations", 0),
                Number("offset"),
                NotBelowZero("standard_error", Number("standard_error")),
                NumberOr("change", 0),
                NotBelowZero("change_standard_error", NumberOr("change_standard_error", 0)));
            if (part.To < part.From)
            {
                throw Refusal("to", "is before the column 'from'");
            }

            if (parts.Find(p => p.Station == part.Station && p.Variable == part.Variable && p.From <= part.To && part.From <= p.To) is not null)
            {
                throw Refusal("from", $"is within another row's dates of station '{part.Station}'");
            }

            parts.Add(part);

            string? Text(string column) => columns.TryGetValue(column, out var i) && row.Cells[i].Length > 0 ? row.Cells[i] : null;

            double NumberOr(string column, double otherwise) => Text(column) is null ? otherwise : Number(column);

            double Number(string column) =>
                double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw Refusal(column, "is not a number");

            double NotBelowZero(string column, double number) => number >= 0 ? number : throw Refusal(column, "is below 0");

            DateTime Time(string column) =>
                DateTime.TryParse(Text(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : throw Refusal(column, "is not a date, as 2000-05-12");

            InvalidInputException Refusal(string column, string problem) => new($"{path}:{row.Line}: column '{column}': '{Text(column)}' {problem}");
        }

        return parts;
    }

    // Five digits, whatever the units.
    private static double Rounded(double value) => double.Parse(value.ToString("g5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
