using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Observations;

namespace VaeDa.Conversion;

/// <summary>The rival wherever both data sets are of the same variables: bilinear interpolation to the target's cells, <see cref="ObservationOperator"/>.</summary>
public static class SourceInterpolation
{
    /// <param name="source">Fields (V', H', W').</param>
    /// <param name="grid">Of the target.</param>
    /// <param name="variables">Of the target, V.</param>
    /// <returns>Fields (V, H, W), NaN outside the source's grid; null where the source lacks one of the variables.</returns>
    public static IEnumerable<float[]>? Of(IFieldSet source, Grid grid, IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(variables);
        if (variables.Any(v => !source.Variables.Any(s => (s.Name, s.Units) == (v.Name, v.Units))))
        {
            return null;
        }

        var centres = variables.SelectMany(v => grid.Latitudes.SelectMany(latitude => grid.Longitudes.Select(longitude => new Observation(latitude, longitude, 0) { Variable = v.Name })));
        var h = new ObservationOperator(source.Grid, [.. source.Variables.Select(v => v.Name)], new ObservationTable(centres));
        return Enumerable.Range(0, source.Count).Select(Interpolate);

        float[] Interpolate(int index)
        {
            var field = new float[variables.Count * grid.Cells];
            Array.Fill(field, float.NaN);
            foreach (var (cell, value) in h.Accepted.Zip(h.Apply(source.Read(index))))
            {
                field[cell] = (float)value;
            }

            return field;
        }
    }
}
