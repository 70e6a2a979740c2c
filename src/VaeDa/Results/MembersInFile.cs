using System.Collections;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Fields.Grids;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>The members of an analysis in its file, which is read when one is asked for and kept open no longer.</summary>
/// <param name="path">With a variable <c>(time, member, latitude, longitude)</c> of each name, or without a time.</param>
/// <param name="variables">Names (V), in the order of the fields.</param>
/// <param name="grid">Of each field.</param>
/// <param name="count">M.</param>
/// <param name="record">Of the time, from 0.</param>
/// <param name="id">Of the analysis: another may take its place while this one is read. Null where it has none.</param>
internal sealed class MembersInFile(string path, IReadOnlyList<string> variables, Grid grid, int count, int record, string? id) : IFieldsInParts
{
    public int Count => count;

    public float[] this[int index]
    {
        get
        {
            var field = new float[variables.Count * grid.Cells]; // (V, H, W)
            Read(index, 0, field);
            return field;
        }
    }

    public void Read(int member, int first, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)member, (uint)count, nameof(member));
        using var file = NetcdfDataset.Open(path);
        if (file.Attributes.Text(AnalysisId.Attribute) != id)
        {
            throw new InvalidInputException($"{path}: another analysis has taken its place while it was read; read it again");
        }

        var rows = new float[grid.Cells];
        for (var v = first / grid.Cells; v * grid.Cells < first + values.Length; v++)
        {
            // Whole rows of the grid about what is asked for.
            var (from, to) = (Math.Max(first - v * grid.Cells, 0), Math.Min(first + values.Length - v * grid.Cells, grid.Cells));
            var (row, end) = (from / grid.Width, (to - 1) / grid.Width + 1);
            var read = rows.AsSpan(0, (end - row) * grid.Width);
            var variable = file.Find(variables[v])!;
            long[] time = variable.Dimensions.Count == 4 ? [record] : [];
            file.Read(variable, [.. time, member, row, 0], [.. time.Select(_ => 1L), 1, end - row, grid.Width], read);
            read[(from - row * grid.Width)..(to - row * grid.Width)].CopyTo(values[(v * grid.Cells + from - first)..]);
        }
    }

    public IEnumerator<float[]> GetEnumerator()
    {
        for (var member = 0; member < count; member++)
        {
            yield return this[member];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
