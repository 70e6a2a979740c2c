using System.Numerics;

namespace VaeDa.Fields.Grids;

/// <summary>Means over the area of a grid: cells are weighted by their areas, and those without a value are left out.</summary>
public sealed class AreaMean
{
    private readonly float[] _area; // (C)

    /// <summary>Computes the weights of a grid's cells.</summary>
    /// <param name="grid">The grid, whose cells are weighted by their areas, <see cref="Grid.AreaWeights"/>.</param>
    public AreaMean(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _area = grid.AreaWeights();
    }

    /// <summary>The mean of a field over the area.</summary>
    /// <typeparam name="T">The type of the field's values; the mean is taken in double precision.</typeparam>
    /// <param name="field">One value for each cell, (H, W) row-major; NaN where there is no value.</param>
    /// <returns>The mean, in the units of the field; NaN for a field without values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The field does not have one value for each cell.</exception>
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

    /// <summary>The root of the mean square of a field over the area; of a field of errors, the RMSE.</summary>
    /// <param name="field">One value for each cell, (H, W) row-major; NaN where there is no value.</param>
    /// <returns>The root mean square, in the units of the field; NaN for a field without values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The field does not have one value for each cell.</exception>
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
