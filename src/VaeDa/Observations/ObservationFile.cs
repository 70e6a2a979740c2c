using VaeDa.Files;
using VaeDa.Observations.Rows;
using VaeDa.Runtime;

namespace VaeDa.Observations;

/// <summary>
/// Observations in files: CSV, Parquet, or the Station Exchange Format (SEF). Columns, in any order and case: lat, lon, anomaly; where present
/// error, variable, units, time (ISO 8601, UTC) and station; usual aliases are known. A CSV file has a header row and is separated by
/// commas, semicolons or tabs; lines of comment (# or %) may stand above it. Year, month and day may have columns of their own. Each
/// kind may be compressed by gzip.
/// </summary>
public static class ObservationFile
{
    // Of each row copies are made on the way: hundreds of bytes.
    private const int RowsOfMuchGarbage = 200_000;

    /// <summary>Reads the anomalies in a file.</summary>
    /// <param name="path">The file: Parquet if it is one by its first bytes, else CSV.</param>
    /// <param name="strict"><see cref="ObservationReading.Strict"/></param>
    /// <returns>The rows that have an anomaly, in the file's order, and, with a flag, those that cannot be read.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing or malformed, or no row has an anomaly; the message names file, line (row of a Parquet file) and column. A row whose anomaly is
    /// missing is no fault: it is listed in <see cref="ObservationTable.RejectedLines"/>.
    /// </exception>
    public static ObservationTable Read(string path, bool strict = false) => Read([path], new ObservationReading { Strict = strict });

    /// <summary>Reads files of observations as one table.</summary>
    /// <param name="paths">Files; folders, of which all files of tables are taken; patterns with * and ? in the name of the file.</param>
    /// <param name="reading">How they are to be understood.</param>
    /// <returns>
    /// The rows that have a value, in the order of the files, as anomalies, and, with a flag, those that cannot be read. Codes for missing
    /// values and repeated rows are looked for in all files together.
    /// </returns>
    /// <exception cref="InvalidInputException">As for one file; or absolute values lack units, or the climatology a mean.</exception>
    public static ObservationTable Read(IReadOnlyList<string> paths, ObservationReading reading)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(reading);
        var (files, notes) = ObservationPaths.Files(paths);
        var values = new ObservedValues(reading);
        return Of(Name(paths, files), files.Count > 1, files.Select(file => Open(file, reading)), reading, values, notes);
    }

    /// <summary>Finds the files that words for observations stand for.</summary>
    /// <param name="paths">Files; folders, of which all files of tables are taken; patterns with * and ? in the name of the file.</param>
    /// <returns>The files, each once, those of a folder or pattern in the order of their names.</returns>
    /// <exception cref="InvalidInputException">A folder has no file of a table, or a pattern none at all.</exception>
    public static IReadOnlyList<string> Files(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return ObservationPaths.Files(paths).Files;
    }

    /// <summary>Checks that observations can be read again, as whoever goes on with a reanalysis reads them.</summary>
    /// <param name="paths">Files; folders, of which all files of tables are taken; patterns with * and ? in the name of the file.</param>
    /// <exception cref="InvalidInputException">One of them is no regular file: a pipe can be read once.</exception>
    public static void RequireRegularFiles(IReadOnlyList<string> paths)
    {
        foreach (var file in Files(paths))
        {
            InputFile.RequireRegular(file);
        }
    }

    /// <summary>What files are called together.</summary>
    internal static string Name(IReadOnlyList<string> paths, IReadOnlyList<string> files) => files.Count == 1 ? files[0] : paths.Count == 1 ? paths[0] : $"{files.Count} files";

    /// <param name="source">What all tables together are called in messages.</param>
    /// <param name="areSeveral">Whether there may be more than one, so that each row has to say which it is from.</param>
    /// <param name="tables">One or more.</param>
    /// <param name="reading">How they are to be understood.</param>
    /// <param name="values">Made for that.</param>
    /// <param name="notes">What was found before.</param>
    internal static ObservationTable Of(string source, bool areSeveral, IEnumerable<TextTable> tables, ObservationReading reading, ObservedValues values, IReadOnlyList<string> notes)
    {
        var table = Unique(source, areSeveral, tables, reading, values, notes);
        if (table.Count > RowsOfMuchGarbage)
        {
            ManagedHeap.GiveBack();
        }

        return table;
    }

    private static ObservationTable Unique(string source, bool areSeveral, IEnumerable<TextTable> tables, ObservationReading reading, ObservedValues values, IReadOnlyList<string> notes)
    {
        var (read, codes) = (new RowsOfTables(source, areSeveral, reading, values), new ValueCodes(source));
        var (units, empty) = (new LateList<string>(), new List<(string? Source, int Line, DateTime? Time)>());
        var rows = new ObservationColumns(WithValues());
        codes.Find();
        values.Find(codes);
        var anomalies = rows.Select((row, i) => values.Of(codes.Flagged(i, row, units[i]), units[i]));
        var all = new ObservationTable(anomalies)
        {
            Source = source,
            WithoutValue = [.. empty],
            IgnoredColumns = read.IgnoredColumns,
            Notes = [.. notes, .. read.Notes, .. codes.Notes],
        };
        var (unique, averaged, into) = Repeats.Averaged(all, atAnyTime: false);
        return averaged == 0 ? all : all.With(unique, Repeats.Note(averaged, into));

        IEnumerable<Observation> WithValues()
        {
            foreach (var row in read.Read(tables))
            {
                if (row.IsEmpty)
                {
                    empty.Add((row.Row.Source, row.Row.Line, row.Row.Time));
                    continue;
                }

                units.Add(row.Units);
                codes.Show(row.Number, row.Row, row.Units);
                values.Show(row.Row, row.Units);
                yield return row.Row;
            }
        }
    }

    /// <exception cref="InvalidInputException">There is no such file, or it is no table.</exception>
    internal static TextTable Open(string path, ObservationReading reading)
    {
        var bytes = new Unpacked(path);
        return SefTable.IsOne(bytes.First(8)) ? SefTable.Read(path, bytes.Open, reading.Variables) : TextTable.Read(path, bytes, Column.IsKnown);
    }
}
