using System.Globalization;
using VaeDa.Archives;

namespace VaeDa.Cli.Tests.Cases;

/// <summary>The anomalies of one variable of an archive.</summary>
/// <param name="Missing">Values missing, of all fields.</param>
/// <param name="AnomalyRms">Over the values present, unweighted.</param>
/// <param name="Except">Cells that count for nothing.</param>
internal sealed record ArchiveContent(
    string Folder, string Variable, int Fields, int Missing, double AnomalyRms, double AnomalyRmsTolerance,
    CellValue[] Cells, double CellTolerance, Cell[]? Except = null) : IContent
{
    public string Path => Folder;

    public IEnumerable<string> FaultsOf(CheckRun run)
    {
        using var archive = AnomalyArchive.Open(run.PathOf(Folder));
        var (cells, width) = (archive.Grid.Cells, archive.Grid.Width);
        var variable = archive.Variables.ToList().FindIndex(v => v.Name == Variable);
        if (variable < 0)
        {
            return [$"{Folder}: no {Variable}"];
        }

        var byDay = new Dictionary<string, float[]>();
        for (var i = 0; i < archive.Count; i++)
        {
            var field = new float[archive.Variables.Count * cells];
            archive.Read(i, field);
            byDay.Add(Day(archive.Times[i]), field[(variable * cells)..((variable + 1) * cells)]);
        }

        var left = (Except ?? []).Select(cell => cell.Row * width + cell.Column).ToHashSet();
        float[] values = [.. byDay.Values.SelectMany(field => field.Where((_, cell) => !left.Contains(cell)))];
        double[] present = [.. values.Where(value => !float.IsNaN(value))];
        var faults = new List<string>();
        Compare("fields", Fields, byDay.Count, 0);
        Compare("values missing", Missing, values.Length - present.Length, 0);
        Compare("anomalies' rms", AnomalyRms, Math.Sqrt(present.Average(value => value * value)), AnomalyRmsTolerance);
        foreach (var cell in Cells)
        {
            var found = byDay.TryGetValue(cell.Time, out var field) ? field[cell.Row * width + cell.Column] : double.PositiveInfinity;
            Compare($"anomaly of {cell.Time}, row {cell.Row}, column {cell.Column}", cell.Anomaly ?? double.NaN, found, CellTolerance);
        }

        return faults;

        void Compare(string what, double right, double found, double tolerance)
        {
            if (double.IsNaN(right) ? !double.IsNaN(found) : !(Math.Abs(found - right) <= tolerance))
            {
                faults.Add(FormattableString.Invariant($"{what}: {found:0.####}, not {right:0.####}"));
            }
        }
    }

    private static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Of a grid, from 0: rows from the north, columns from the west.</summary>
internal sealed record Cell(int Row, int Column);

/// <summary>The anomaly at a cell on a day; null: missing.</summary>
internal sealed record CellValue(string Time, int Row, int Column, double? Anomaly);
