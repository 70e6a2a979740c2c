using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Conversion;

/// <summary>
/// Interpolation from the grid of one data set to that of another, of the variables that both have by name and units: bilinear,
/// over the cells that have a value.
/// </summary>
public sealed class SourceInterpolation
{
    private readonly ObservationOperator _toTarget; // I
    private readonly ObservationOperator _toSource; // H
    private readonly bool[] _seen; // (V', H', W'): what H reaches

    private SourceInterpolation(Grid sourceGrid, IReadOnlyList<Variable> sourceVariables, Grid grid, IReadOnlyList<Variable> variables)
    {
        Variables = [.. variables.Where(v => sourceVariables.Any(s => (s.Name, s.Units) == (v.Name, v.Units))).Select(v => v.Name)];
        var names = sourceVariables.Select(v => v.Name).ToList();
        _toSource = new ObservationOperator(grid, [.. variables.Select(v => v.Name)], Centres(sourceGrid, names));
        _seen = new bool[sourceVariables.Count * sourceGrid.Cells];
        foreach (var cell in _toSource.Accepted.Where(cell => Variables.Contains(names[cell / sourceGrid.Cells])))
        {
            _seen[cell] = true;
        }

        _toTarget = new ObservationOperator(sourceGrid, names, Centres(grid, variables.Select(v => Variables.Contains(v.Name) ? v.Name : "")), _seen);
    }

    /// <summary>The names of those variables of the target that the source has too.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>The interpolation from a source to a target.</summary>
    /// <param name="sourceGrid">The grid of the source, H' × W' cells.</param>
    /// <param name="sourceVariables">The variables of the source, V' of them, in the order in which a field holds them.</param>
    /// <param name="grid">The grid of the target, H × W cells.</param>
    /// <param name="variables">The variables of the target, V of them, in the order in which a field holds them.</param>
    /// <returns>The interpolation; null where no variable is in both, or the grids do not meet.</returns>
    public static SourceInterpolation? Between(Grid sourceGrid, IReadOnlyList<Variable> sourceVariables, Grid grid, IReadOnlyList<Variable> variables)
    {
        var interpolation = new SourceInterpolation(sourceGrid, sourceVariables, grid, variables);
        return interpolation._toTarget.Count > 0 ? interpolation : null;
    }

    /// <summary>Interpolates a field of the source to the target's cells.</summary>
    /// <param name="source">The field, shape (V', H', W'), in the units of its variables.</param>
    /// <returns>The field, shape (V, H, W), in the same units; NaN outside the source's grid and of variables that it does not have.</returns>
    public float[] Apply(ReadOnlySpan<float> source)
    {
        var field = new float[_toSource.FieldSize];
        Array.Fill(field, float.NaN);
        foreach (var (cell, value) in _toTarget.Accepted.Zip(_toTarget.Apply(source)))
        {
            field[cell] = (float)value;
        }

        return field;
    }

    /// <summary>I (s − H x): what the source says of a field beyond what the field says itself.</summary>
    /// <param name="source">s, (B, N'), 0 where missing, in units.</param>
    /// <param name="present">(B, N') or (1, N'): 1 where the source has a value, else 0.</param>
    /// <param name="field">x, (B, N), in units.</param>
    /// <returns>(B, N), 0 outside the source's grid.</returns>
    internal Tensor Correction(Tensor source, Tensor present, Tensor field)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(field);
        using var scope = NewDisposeScope();
        var equivalents = zeros_like(source); // (B, N')
        equivalents.index_copy_(1, Places(_toSource), _toSource.Apply(field));
        var difference = _toTarget.Apply((source - equivalents) * present * tensor(_seen)); // (B, n)
        return zeros_like(field).index_copy_(1, Places(_toTarget), difference).MoveToOuterDisposeScope(); // (B, N)
    }

    private static Tensor Places(ObservationOperator h) => tensor(h.Accepted.Select(i => (long)i).ToArray()); // (n)

    private static ObservationTable Centres(Grid grid, IEnumerable<string> variables) => new(
        variables.SelectMany(v => Enumerable.Range(0, grid.Cells).Select(x => new Observation(grid.LatitudeOf(x), Math.IEEERemainder(grid.LongitudeOf(x), 360), 0) { Variable = v })));
}
