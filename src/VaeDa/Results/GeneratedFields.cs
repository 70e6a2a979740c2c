using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Model;

namespace VaeDa.Results;

/// <summary>
/// Writes generated fields as a CF netCDF file: for each variable the anomalies along a member, or along another coordinate, and
/// the two dimensions of the grid. They are of no time.
/// </summary>
public static class GeneratedFields
{
    /// <summary>Writes members one by one, so that they need not all be in memory.</summary>
    /// <param name="path">The file; it is written aside and renamed when it is complete.</param>
    /// <param name="model">The model that the fields are of.</param>
    /// <param name="count">The number of members, M.</param>
    /// <param name="fields">M fields, each (V, H, W), in the units of the variables; NaN where there is no value.</param>
    /// <param name="title">What the fields are, for the attribute <c>title</c>.</param>
    /// <param name="provenance">What made them, with the inputs <c>model</c> and <c>modelHash</c>.</param>
    public static void Write(string path, GenerativeModel model, int count, IEnumerable<float[]> fields, string title, Provenance provenance) =>
        Write(path, model, file => file.AddMembers(count, "random field"), fields, title, provenance);

    /// <summary>Writes fields along a coordinate, one by one, so that they need not all be in memory.</summary>
    /// <param name="path">The file; it is written aside and renamed when it is complete.</param>
    /// <param name="model">The model that the fields are of.</param>
    /// <param name="along">The first dimension: its name, its values and their attributes.</param>
    /// <param name="fields">
    /// As many fields as the first dimension has values, each (V, H, W), in the units of the variables; NaN where there is no value.
    /// </param>
    /// <param name="title">What the fields are, for the attribute <c>title</c>.</param>
    /// <param name="provenance">What made them, with the inputs <c>model</c> and <c>modelHash</c>.</param>
    public static void Write(string path, GenerativeModel model, (string Name, double[] Values, NetcdfAttributes Attributes) along, IEnumerable<float[]> fields, string title, Provenance provenance) =>
        Write(path, model, file => file.AddCoordinate(along.Name, along.Values, along.Attributes), fields, title, provenance);

    private static void Write(string path, GenerativeModel model, Func<ClassicNetcdfWriter, NetcdfDimension> addFirst, IEnumerable<float[]> fields, string title, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(provenance);
        AtomicFile.Write(path, aside =>
        {
            using var file = new ClassicNetcdfWriter(aside);
            file.Describe(title, AnalysisFiles.SourceOf(provenance), provenance, model.Card?.Climatology);
            var first = addFirst(file);
            var cells = file.AddGrid(model.Grid);
            var stored = model.Variables.Select(variable =>
            {
                // Of no time: a method over it has nothing to hold to.
                var attributes = FieldAttributes.OfAnomaly(variable with { CellMethods = CfCellMethods.Without(variable.CellMethods, "time") });
                cells.Describe(attributes);
                return file.AddVariable(variable.Name, NetcdfType.Float32, [first, cells.Row, cells.Column], attributes);
            }).ToArray();
            foreach (var (field, i) in fields.Select((field, i) => (field, i)))
            {
                for (var v = 0; v < stored.Length; v++)
                {
                    file.WriteSlice<float>(stored[v], i, field.AsSpan(v * model.Grid.Cells, model.Grid.Cells));
                }
            }

            file.Complete();
        });
    }
}
