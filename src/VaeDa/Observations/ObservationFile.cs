using System.Globalization;
using VaeDa.Files;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>
/// Observations in files: CSV, Parquet, or the Station Exchange Format (SEF). Columns, in any order and case: lat, lon, anomaly; where present
/// error, variable, units, time (ISO 8601, UTC) and station; usual aliases are known. A CSV file has a header row and is separated by
/// commas, semicolons or tabs; lines of comment (# or %) may stand above it. Year, month and day may have columns of their own. Each
/// kind may be compressed by gzip.
/// </summary>
public static class ObservationFile
{
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
        // One after the other: the texts of all together may not fit into memory.
        return Of(files.Count == 1 ? files[0] : paths.Count == 1 ? paths[0] : $"{files.Count} files", files.Count > 1, files.Select(file => Open(file, reading)), reading, values, notes);
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

    /// <param name="source">What all tables together are called in messages.</param>
    /// <param name="areSeveral">Whether there may be more than one, so that each row has to say which it is from.</param>
    /// <param name="tables">One or more.</param>
    /// <param name="reading">How they are to be understood.</param>
    /// <param name="values">Made for that.</param>
    /// <param name="notes">What was found before.</param>
    internal static ObservationTable Of(string source, bool areSeveral, IEnumerable<TextTable> tables, ObservationReading reading, ObservedValues values, IReadOnlyList<string> notes)
    {
        var (rows, empty, faults, ignored) = (new List<(Observation Row, string? Units)>(), new List<(string? Source, int Line, DateTime? Time)>(), new List<RowFault>(), new List<string>());
        var told = new List<(string File, string Note, int Unused)>();
        foreach (var table in tables)
        {
            var read = new ObservationRows(table, reading, values);
            var own = areSeveral ? table.Source : null;
            rows.AddRange(read.Rows.Select(r => (r.Row with { Source = own }, r.Units)));
            empty.AddRange(read.Empty.Select(e => (own, e.Line, e.Time)));
            faults.AddRange(read.Faults);
            ignored.AddRange(read.IgnoredColumns);
            told.AddRange(table.Note is { } note ? [(table.Source, note, table.Unused)] : []);
        }

        // Of hundreds of files of the same kind it is said once.
        string[] ofFiles = [.. told.GroupBy(t => t.Note).Select(same => (areSeveral ? same.Skip(1).Any() ? $"{same.Count()} files: " : $"{same.First().File}: " : string.Empty)
            + same.Key + (same.Sum(t => t.Unused) is > 0 and var unused ? $"; {unused} rows are not used" : string.Empty))];
        if (rows.Count == 0)
        {
            var (what, missing) = reading.Absolute ? ("a value", "the value") : ("an anomaly", "the anomaly");
            throw new InvalidInputException($"{source}: {(empty.Count > 0 ? $"no row has {what} ({empty.Count} rows, {missing} missing in each)" : ofFiles.FirstOrDefault("there is a header and no row below it"))}");
        }

        string[] said = faults.Count == 0 ? [] : [$"{faults.Count} rows cannot be read and are left out; the first: {faults[0].Message}"];
        string[] elevation = reading.Absolute ? ["absolute values: differences in elevation between the stations and the fields are not corrected"] : [];
        var coded = Coded(source, rows, out var codes);
        var all = new ObservationTable(coded.Select(r => values.Of(r.Row, r.Units)))
        {
            Source = source,
            WithoutValue = [.. empty],
            IgnoredColumns = [.. ignored.Distinct()],
            Notes = [.. notes, .. ofFiles, .. elevation, .. said, .. codes],
        };
        var (unique, averaged, into) = Repeats.Averaged(all, atAnyTime: false);
        return averaged == 0 ? all
            : all.With(unique, $"{averaged} rows repeat station (or place) and time of others: they are averaged with these and count once ({averaged + into} rows, {into} observations)");
    }

    private static TextTable Open(string path, ObservationReading reading)
    {
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"{path}: there is no such file");
        }

        using (var stream = Unpacked.Open(path))
        {
            Span<byte> first = stackalloc byte[8];
            var known = first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
            if (SefTable.IsOne(known))
            {
                stream.Position = 0;
                return SefTable.Read(path, stream, reading.Variables);
            }
        }

        return TextTable.Read(path, Column.IsKnown);
    }

    /// <summary>Flags codes for missing values, among numbers of the same variable and units, before anything is done with them; and rows that their source doubts are counted.</summary>
    /// <exception cref="InvalidInputException">Every value is a code.</exception>
    private static List<(Observation Row, string? Units)> Coded(string source, List<(Observation Row, string? Units)> rows, out List<string> notes)
    {
        var used = rows.Where(r => r.Row.Flag is null).ToList();
        var codes = used.GroupBy(r => (r.Row.Variable, r.Units)).ToDictionary(g => g.Key, g => MissingCodes.Of([.. g.Select(r => r.Row.Anomaly)]));
        var flagged = rows.ConvertAll(r => r.Row.Flag is null && codes[(r.Row.Variable, r.Units)].Contains(r.Row.Anomaly) ? (Row: r.Row with { Flag = RowFlag.MissingCode }, r.Units) : r);
        notes = [];
        foreach (var code in flagged.Select(r => r.Row).Where(o => o.Flag == RowFlag.MissingCode).GroupBy(o => o.Anomaly))
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{code.Count()} rows hold {code.Key}, far from all other values: it is taken for missing, and they are left out ({Lines([.. code])})"));
        }

        if (rows.ConvertAll(r => r.Row).FindAll(o => RowFlag.IsMissing(o.Flag)) is [_, ..] doubted)
        {
            notes.Add($"{doubted.Count} rows are flagged by their source's own quality control and left out ({Lines(doubted)})");
        }

        return flagged.Exists(r => r.Row.Flag is null) ? flagged
            : throw new InvalidInputException($"{source}: no row has an anomaly ({used.Count} rows hold {string.Join(", ", codes.Values.SelectMany(c => c).Distinct().Select(c => c.ToString(CultureInfo.InvariantCulture)))}, as a code for missing would be)");
    }

    internal static string Lines(IReadOnlyList<Observation> rows) => Lines([.. rows.Select(o => (o.Source, o.Line))]);

    /// <summary>The first few places of rows: lines, with their files where there are several.</summary>
    internal static string Lines(IReadOnlyList<(string? Source, int Line)> rows) =>
        $"{(rows[0].Source is null ? "lines " : string.Empty)}{string.Join(", ", rows.Take(5).Select(r => r.Source is null ? $"{r.Line}" : $"{r.Source}:{r.Line}"))}{(rows.Count > 5 ? ", …" : string.Empty)}";
}
