using VaeDa.Fields.Grids;

namespace VaeDa.Observations;

/// <summary>The four cells about a place and their weights: bilinear on the grid's map, over the cells that have a value.</summary>
internal static class BilinearWeights
{
    /// <param name="grid">H × W.</param>
    /// <param name="place"><see cref="Grid.Locate"/></param>
    /// <param name="offset">Of the variable's first cell in the field.</param>
    /// <param name="valid">Where the field has values; empty: everywhere.</param>
    /// <param name="corners">Four, set here: never a missing cell, even at weight 0; the weights are not negative, and 1 together.</param>
    /// <returns>False if none of the cells has a value.</returns>
    public static bool At(Grid grid, (double Row, double Column) place, long offset, ReadOnlySpan<bool> valid, Span<(long Index, float Weight)> corners)
    {
        var north = (int)place.Row;
        var west = (int)place.Column;
        var (toSouth, toEast) = (place.Row - north, place.Column - west);
        // Beyond the last row or column, where the weight is 0 unless the grid is periodic, the first serves.
        var south = (north + 1) % grid.Height;
        var east = (west + 1) % grid.Width;
        west %= grid.Width;
        ReadOnlySpan<(long Index, double Weight)> all =
        [
            (offset + north * grid.Width + west, (1 - toSouth) * (1 - toEast)),
            (offset + north * grid.Width + east, (1 - toSouth) * toEast),
            (offset + south * grid.Width + west, toSouth * (1 - toEast)),
            (offset + south * grid.Width + east, toSouth * toEast),
        ];
        double sum = 0;
        long anyWithWeight = -1;
        foreach (var (index, weight) in all)
        {
            if (weight > 0 && (valid.IsEmpty || valid[(int)index]))
            {
                sum += weight;
                anyWithWeight = index;
            }
        }

        for (var i = 0; i < all.Length && anyWithWeight >= 0; i++)
        {
            var (index, weight) = all[i];
            // 0 · NaN is NaN.
            corners[i] = weight > 0 && (valid.IsEmpty || valid[(int)index]) ? (index, (float)(weight / sum)) : (anyWithWeight, 0);
        }

        return anyWithWeight >= 0;
    }
}
