using System.Collections.Immutable;
using Microsoft.Data.Analysis;
using VaeDa.Fields;
using VaeDa.Files;

namespace VaeDa.Observations.Networks;

/// <summary>
/// Where observations are made: a CSV or Parquet file with the columns lat and lon, and where present station, variable
/// and error. A file of observations serves too; its anomalies are not looked at.
/// </summary>
public sealed record Network(ImmutableArray<NetworkPlace> Places)
{
    /// <summary>Columns of the file that mean nothing for a network.</summary>
    public ImmutableArray<string> IgnoredColumns { get; init; } = [];

    /// <exception cref="InvalidInputException">The file is malformed; the message names file, line and column.</exception>
    public static Network Read(string path)
    {
        var table = TextTable.Read(path);
        var parser = new RowParser(table, Column.Latitude, Column.Longitude);
        return table.Rows.Count == 0
            ? throw new InvalidInputException($"{table.Source}: there is a header and no row below it")
            : new Network([.. table.Rows.Select(row => new NetworkPlace(parser.Latitude(row), parser.Longitude(row))
            {
                Station = parser.Text(row, Column.Station),
                Variable = parser.Text(row, Column.Variable),
                Error = parser.Error(row),
            })])
            {
                IgnoredColumns = parser.IgnoredColumns,
            };
    }

    /// <summary>Writes the columns lat, lon and station, and those of variable and error that hold anything.</summary>
    public void Write(string path)
    {
        var frame = new DataFrame(
            new DoubleDataFrameColumn("lat", Places.Select(p => p.Latitude)),
            new DoubleDataFrameColumn("lon", Places.Select(p => p.Longitude)),
            new StringDataFrameColumn("station", Places.Select(p => p.Station)));
        if (Places.Any(p => p.Variable is not null))
        {
            frame.Columns.Add(new StringDataFrameColumn("variable", Places.Select(p => p.Variable)));
        }

        if (Places.Any(p => p.Error is not null))
        {
            frame.Columns.Add(new DoubleDataFrameColumn("error", Places.Select(p => p.Error)));
        }

        DataFrameFile.Write(frame, path);
    }
}
