using System.Globalization;
using VaeDa.Files;

namespace VaeDa.Observations;

/// <summary>
/// Observations in a file, CSV or Parquet. Columns, in any order and case: lat, lon, anomaly; where present error,
/// variable, time (ISO 8601, UTC) and station; usual aliases are known. A CSV file has a header row and is separated by
/// commas, semicolons or tabs; lines of comment (# or %) may stand above it. Year, month and day may have columns of their own. Either
/// kind may be compressed by gzip.
/// </summary>
public static class ObservationFile
{
    /// <summary>Reads the observations in a file.</summary>
    /// <param name="path">The file: Parquet if it is one by its first bytes, else CSV.</param>
    /// <param name="strict">
    /// Whether a row with a cell that cannot be read, such as a latitude of 91 degrees, is an error; else it is left out and counted in
    /// <see cref="ObservationTable.Notes"/>, unless half of the rows or more are such.
    /// </param>
    /// <returns>The rows that have an anomaly, in the file's order.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing or malformed, or no row has an anomaly; the message names file, line (row of a Parquet file) and column. A row whose anomaly is
    /// missing is no fault: it is listed in <see cref="ObservationTable.RejectedLines"/>.
    /// </exception>
    public static ObservationTable Read(string path, bool strict = false) => Parse(TextTable.Read(path, Column.IsKnown), strict);

    internal static ObservationTable Parse(TextTable table, bool strict)
    {
        var parser = new RowParser(table, Column.Latitude, Column.Longitude, Column.Anomaly);
        var rows = table.Rows.ToLookup(row => parser.IsMissing(row, Column.Anomaly));
        if (!rows[false].Any())
        {
            throw new InvalidInputException(table.Rows.Count == 0
                ? $"{table.Source}: there is a header and no row below it"
                : $"{table.Source}: no row has an anomaly ({table.Rows.Count} rows, the anomaly missing in each)");
        }

        var (observations, refused) = (new List<Observation>(), new List<InvalidInputException>());
        foreach (var row in rows[false])
        {
            try
            {
                observations.Add(Of(parser, row));
            }
            catch (InvalidInputException e) when (!strict)
            {
                refused.Add(e);
            }
        }

        // Where so many are wrong, it is not a few slips but how the file is written.
        if (refused.Count > 0 && refused.Count >= observations.Count)
        {
            throw refused.Count == 1 ? refused[0] : new InvalidInputException($"{refused[0].Message} (and {refused.Count - 1} more of {table.Rows.Count} rows cannot be read)");
        }

        return Flagged(new ObservationTable(observations)
        {
            Source = table.Source,
            RejectedLines = [.. rows[true].Select(row => row.Line)],
            IgnoredColumns = parser.IgnoredColumns,
            Notes = refused.Count == 0 ? [] : [$"{refused.Count} rows cannot be read and are left out; the first: {refused[0].Message}"],
        });
    }

    private static Observation Of(RowParser parser, TextRow row) => new(parser.Latitude(row), parser.Longitude(row), parser.Number(row, Column.Anomaly))
    {
        Error = parser.Error(row),
        Variable = parser.Text(row, Column.Variable),
        Time = parser.Time(row),
        Station = parser.Text(row, Column.Station),
        Line = row.Line,
    };

    /// <summary>Codes for missing values first, so that no average has one in it.</summary>
    /// <exception cref="InvalidInputException">Every value is a code.</exception>
    private static ObservationTable Flagged(ObservationTable table)
    {
        var codes = table.Observations.GroupBy(o => o.Variable ?? string.Empty).ToDictionary(g => g.Key, g => MissingCodes.Of([.. g.Select(o => o.Anomaly)]));
        var coded = table.With(table.Observations.Select(o => codes[o.Variable ?? string.Empty].Contains(o.Anomaly) ? o with { Flag = RowFlag.MissingCode } : o));
        foreach (var code in coded.Observations.Where(o => o.Flag is not null).GroupBy(o => o.Anomaly))
        {
            coded = coded.With(coded.Observations, string.Create(CultureInfo.InvariantCulture, $"{code.Count()} rows hold {code.Key}, far from all other values: it is taken for missing, and they are left out (lines {string.Join(", ", code.Take(5).Select(o => o.Line))}{(code.Skip(5).Any() ? ", …" : string.Empty)})"));
        }

        if (coded.Observations.All(o => o.Flag is not null))
        {
            throw new InvalidInputException($"{table.Source}: no row has an anomaly ({table.Count} rows hold {string.Join(", ", codes.Values.SelectMany(c => c).Distinct().Select(c => c.ToString(CultureInfo.InvariantCulture)))}, as a code for missing would be)");
        }

        var (rows, averaged, into) = Repeats.Averaged(coded, atAnyTime: false);
        return averaged == 0 ? coded
            : coded.With(rows, $"{averaged} rows repeat station (or place) and time of others: they are averaged with these and count once ({averaged + into} rows, {into} observations)");
    }
}
