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
    /// <returns>The rows that have an anomaly, in the file's order.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing or malformed, or no row has an anomaly; the message names file, line (row of a Parquet file) and column. A row whose anomaly is
    /// missing is no fault: it is listed in <see cref="ObservationTable.RejectedLines"/>.
    /// </exception>
    public static ObservationTable Read(string path) => Parse(TextTable.Read(path, Column.IsKnown));

    internal static ObservationTable Parse(TextTable table)
    {
        var parser = new RowParser(table, Column.Latitude, Column.Longitude, Column.Anomaly);
        var rows = table.Rows.ToLookup(row => parser.IsMissing(row, Column.Anomaly));
        if (!rows[false].Any())
        {
            throw new InvalidInputException(table.Rows.Count == 0
                ? $"{table.Source}: there is a header and no row below it"
                : $"{table.Source}: no row has an anomaly ({table.Rows.Count} rows, the anomaly missing in each)");
        }

        return new ObservationTable(rows[false].Select(row => new Observation(
            parser.Latitude(row), parser.Longitude(row), parser.Number(row, Column.Anomaly))
        {
            Error = parser.Error(row),
            Variable = parser.Text(row, Column.Variable),
            Time = parser.Time(row),
            Station = parser.Text(row, Column.Station),
            Line = row.Line,
        }))
        {
            Source = table.Source,
            RejectedLines = [.. rows[true].Select(row => row.Line)],
            IgnoredColumns = parser.IgnoredColumns,
        };
    }
}
