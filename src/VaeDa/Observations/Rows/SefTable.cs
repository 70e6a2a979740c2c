using VaeDa.Fields;
using VaeDa.Files;

namespace VaeDa.Observations.Rows;

/// <summary>
/// Reads the Station Exchange Format of the Copernicus Climate Change Service's data rescue: one variable of one station, as measured,
/// twelve lines of header and then tab-separated rows (github.com/C3S-Data-Rescue-Lot1-WP3/SEF/wiki). Times are UTC.
/// </summary>
internal static class SefTable
{
    private static readonly string[] Header = ["SEF", "ID", "Name", "Lat", "Lon", "Alt", "Source", "Link", "Vbl", "Stat", "Units", "Meta"];
    private static readonly string[] Columns = ["Year", "Month", "Day", "Hour", "Minute", "Period", "Value", "Meta"];
    private static readonly string[] Names = ["station", "lat", "lon", "variable", "units", "year", "month", "day", "hour", "minute", "value"];

    // What a quality control writes that found nothing wrong; all else is the name of a test that the value failed.
    private static readonly string[] Passed = ["", "0", "ok", "pass", "passed", "good", "na", "none"];

    public static bool IsOne(ReadOnlySpan<byte> first) => (first.StartsWith("\uFEFF"u8) ? first[3..] : first).StartsWith("SEF\t"u8);

    /// <param name="path">What the file is called in messages.</param>
    /// <param name="open">Gives its bytes from the beginning; called for each reading of the rows.</param>
    /// <param name="variables">Those that the file's variable may be one of; null: it keeps its own name.</param>
    /// <returns>The table, without rows if the file is of another variable, what there is to say of it, or null, and how many of its rows are not used.</returns>
    /// <exception cref="InvalidInputException">It is not of this format.</exception>
    public static TextTable Read(string path, Func<Stream> open, IReadOnlyList<Variable>? variables)
    {
        using var text = new StreamReader(open());
        var header = new Dictionary<string, string>();
        for (var line = 1; line <= Header.Length; line++)
        {
            var cells = Cells(TextLine.Read(text, path) ?? string.Empty);
            header[Header[line - 1]] = cells[0] == Header[line - 1] ? cells.ElementAtOrDefault(1) ?? string.Empty
                : throw new InvalidInputException($"{path}:{line}: '{Header[line - 1]}' is due here in a file of the Station Exchange Format");
        }

        if (!Cells(TextLine.Read(text, path) ?? string.Empty).Take(Columns.Length).SequenceEqual(Columns, StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"{path}:{Header.Length + 1}: the columns of the Station Exchange Format are due here: {string.Join(", ", Columns)}");
        }

        var (variable, statistic) = (SefVariable.Find(header["Vbl"], header["Stat"], header["Units"], variables), header["Stat"].Length > 0 ? header["Stat"] : "no statistic");
        string[] common = [header["ID"].Length > 0 ? header["ID"] : header["Name"], header["Lat"], header["Lon"], variable ?? header["Vbl"], header["Units"]];
        var rows = Rows(path, open, common);
        var what = $"{Excerpt.Of(header["Vbl"])} ({Excerpt.Of(statistic)}, {Excerpt.Of(header["Units"])})";
        var note = variable is null ? $"it holds {what}, which is none of the variables {string.Join(", ", variables!.Select(v => $"'{v.Name}' [{v.Units}]"))}"
            : statistic == "point" ? $"{what} is taken for '{variable}'; values at points in time have the daily cycle in them, which fields of means have not"
            : variable == header["Vbl"] ? null : $"{what} is taken for '{variable}'";
        var isAnomaly = $"{header["Vbl"]} {header["Stat"]} {header["Meta"]}".Contains("anomal", StringComparison.OrdinalIgnoreCase);
        return new TextTable(path, Names, variable is null ? [] : rows) { IsAbsolute = !isAnomaly, Note = note, Unused = variable is null ? rows.Count() : 0 };
    }

    private static IEnumerable<TextRow> Rows(string path, Func<Stream> open, string[] common)
    {
        using var text = new StreamReader(open());
        for (var line = 1; TextLine.Read(text, path) is { } row; line++)
        {
            if (line > Header.Length + 1 && !string.IsNullOrWhiteSpace(row))
            {
                yield return Row(line, Cells(row), common);
            }
        }
    }

    private static TextRow Row(int line, string[] cells, string[] common)
    {
        // Meta, and what else is empty at the end, need not be there.
        var all = cells.Concat(Enumerable.Repeat(string.Empty, Columns.Length)).Take(Columns.Length).ToArray();
        var (day, hour, minute, period) = (all[2], all[3], all[4], all[5].ToLowerInvariant());
        // Of a calendar day, month or year the hour is that of its end, or of the reading.
        if (period.EndsWith("day", StringComparison.Ordinal) || IsOfMonths(period))
        {
            (hour, minute) = (string.Empty, string.Empty);
        }

        var month = all[1];
        if (IsOfMonths(period))
        {
            day = "1";
            month = period.EndsWith("year", StringComparison.Ordinal) ? "1" : month;
        }

        var qc = all[7].Split('|').Select(entry => entry.Split('=', 2)).FirstOrDefault(entry => entry.Length == 2 && entry[0].Trim() is "qc" or "QC")?[1].Trim();
        return new TextRow(line, [.. common, all[0], month, day, hour, minute, all[6]])
        {
            Doubt = qc is null || Passed.Contains(qc, StringComparer.OrdinalIgnoreCase) ? null : $"qc={qc}",
        };
    }

    private static bool IsOfMonths(string period) => period.EndsWith("month", StringComparison.Ordinal) || period.EndsWith("year", StringComparison.Ordinal);

    private static string[] Cells(string line) => line.Split('\t', StringSplitOptions.TrimEntries);
}
