using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>Writes generated fields as CF netCDF: for each variable <c>t(member, latitude, longitude)</c>, or along another coordinate.</summary>
public static class GeneratedFields
{
    /// <param name="path">Written aside and renamed.</param>
    /// <param name="along">The first dimension: <c>member</c>, 1, 2, …, or another.</param>
    /// <param name="fields">As many as it has values, each (V, H, W), units of the variables; NaN where there is no value.</param>
    /// <param name="attributes">Of the file: what it holds, and what made it.</param>
    public static void Write(string path, Grid grid, IReadOnlyList<Variable> variables, (string Name, double[] Values, NetcdfAttributes Attributes) along, IEnumerable<float[]> fields, IReadOnlyDictionary<string, string> attributes) => AtomicFile.Write(path, aside =>
    {
        using var file = new ClassicNetcdfWriter(aside);
        foreach (var (name, value) in attributes)
        {
            file.Attributes[name] = value;
        }

        var first = file.AddCoordinate(along.Name, along.Values, along.Attributes);
        var cells = file.AddGrid(grid);
        var stored = variables.Select(variable =>
        {
            var own = new NetcdfAttributes { ["long_name"] = $"anomaly of {variable.LongName ?? variable.Name}", ["units"] = variable.Units, ["_FillValue"] = float.NaN };
            cells.Describe(own);
            return file.AddVariable(variable.Name, NetcdfType.Float32, [first, cells.Row, cells.Column], own);
        }).ToArray();
        foreach (var (field, i) in fields.Select((field, i) => (field, i)))
        {
            for (var v = 0; v < stored.Length; v++)
            {
                file.WriteSlice<float>(stored[v], i, field.AsSpan(v * grid.Cells, grid.Cells));
            }
        }

        file.Complete();
    });
}
