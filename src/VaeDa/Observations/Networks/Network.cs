using System.Collections.Immutable;
using Microsoft.Data.Analysis;
using VaeDa.Files;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations.Networks;

/// <summary>
/// Where observations are made: a CSV or Parquet file with the columns lat and lon, and where present station, variable,
/// error and cost. A file of observations serves too; its anomalies are not looked at.
/// </summary>
/// <param name="Places">The places, in the order of the file.</param>
public sealed record Network(ImmutableArray<NetworkPlace> Places)
{
    /// <summary>The names of the file's columns that mean nothing for a network; to report them is left to the caller.</summary>
    public ImmutableArray<string> IgnoredColumns { get; init; } = [];

    /// <summary>Reads a network.</summary>
    /// <param name="path">The file: Parquet if it is one by its first bytes, else CSV.</param>
    /// <returns>The network, a place for each row of the file.</returns>
    /// <exception cref="InvalidInputException">The file is missing or malformed; the message names file, line and column.</exception>
    public static Network Read(string path)
    {
        var table = TextTable.Read(path, Column.IsKnown);
        var parser = new RowParser(table, Column.Latitude, Column.Longitude);
        try
        {
            NetworkPlace[] places = [.. table.Rows.Select(row => table.Unevenness(row) is { } uneven ? throw parser.Refusal(row, uneven) : new NetworkPlace(parser.Latitude(row), parser.Longitude(row))
            {
                Station = parser.Text(row, Column.Station),
                Variable = parser.Text(row, Column.Variable),
                Error = parser.Error(row),
                Cost = parser.Cost(row),
            })];
            return places.Length == 0
                ? throw new InvalidInputException($"{table.Source}: there is a header and no row below it")
                : new Network([.. places]) { IgnoredColumns = parser.IgnoredColumns };
        }
        catch (RowFault fault)
        {
            throw fault.Error;
        }
    }

    /// <summary>
    /// Writes the network to a file that <see cref="Read"/> reads: the columns lat, lon and station, and those of variable, error and cost
    /// that hold anything. It is written aside and renamed, so that a file of that name is whole at any time.
    /// </summary>
    /// <param name="path">The file; Parquet if it ends in .parquet, else CSV.</param>
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

        if (Places.Any(p => p.Cost is not null))
        {
            frame.Columns.Add(new DoubleDataFrameColumn("cost", Places.Select(p => p.Cost)));
        }

        DataFrameFile.Write(frame, path);
    }
}
