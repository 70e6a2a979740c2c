using System.Numerics;

namespace VaeDa.Fields.Grids;

/// <summary>Means over a grid's area, of the cells that have a value.</summary>
public sealed class AreaMean
{
    private readonly float[] _area; // (C)

    /// <param name="grid">Whose cells are weighted by their areas, <see cref="Grid.AreaWeights"/>.</param>
    public AreaMean(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _area = grid.AreaWeights();
    }

    /// <summary>Mean of a field; NaN for one without values.</summary>
    /// <param name="field">(H, W), NaN where there is no value.</param>
    public double Of<T>(ReadOnlySpan<T> field)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(field.Length, _area.Length);
        double sum = 0, weight = 0;
        for (var c = 0; c < _area.Length; c++)
        {
            if (T.IsFinite(field[c]))
            {
                sum += _area[c] * double.CreateTruncating(field[c]);
                weight += _area[c];
            }
        }

        return sum / weight;
    }

    /// <summary>Root of the mean square of a field; NaN for one without values.</summary>
    /// <param name="field">(H, W), NaN where there is no value.</param>
    public double RootMeanSquare(ReadOnlySpan<float> field)
    {
        var squares = new double[field.Length];
        for (var c = 0; c < squares.Length; c++)
        {
            squares[c] = (double)field[c] * field[c];
        }

        return Math.Sqrt(Of<double>(squares));
    }
}
