using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>
/// Writes generated fields as a CF netCDF file: for each variable the anomalies along a member, or along another coordinate, and
/// the two dimensions of the grid.
/// </summary>
public static class GeneratedFields
{
    /// <summary>Writes fields one by one, so that they need not all be in memory.</summary>
    /// <param name="path">The file; it is written aside and renamed when it is complete.</param>
    /// <param name="grid">The grid of the fields.</param>
    /// <param name="variables">The V variables, in the order in which they lie in each field.</param>
    /// <param name="along">The first dimension: its name, for example <c>member</c>, its values and their attributes.</param>
    /// <param name="fields">
    /// As many fields as the first dimension has values, each (V, H, W), in the units of the variables; NaN where there is no value.
    /// </param>
    /// <param name="attributes">The attributes of the file, which say what it holds and what made it.</param>
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
