using VaeDa.Fields.Grids;
using VaeDa.Observations.Networks;

namespace VaeDa.Design;

/// <summary>Places that a station may come to.</summary>
public static class CandidatePlaces
{
    /// <summary>The cells of a grid.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="onLand">True for those on land alone, false for those at sea; null for all.</param>
    /// <returns>The centres of the cells, from the north and from the west.</returns>
    public static IReadOnlyList<NetworkPlace> Of(Grid grid, bool? onLand = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var land = onLand is null ? null : Land.NaturalEarth.Of(grid);
        return [.. Enumerable.Range(0, grid.Cells).Where(cell => land is null || land[cell] == onLand)
            .Select(cell => new NetworkPlace(grid.LatitudeOf(cell), grid.LongitudeOf(cell) is var longitude && longitude is >= -180 and <= 360 ? longitude : Math.IEEERemainder(longitude, 360)))];
    }

    /// <summary>Places all over the Earth, at the same steps of latitude and longitude.</summary>
    /// <param name="degrees">From one place to the next, 0.1…30; rounded so that a whole number goes into 180.</param>
    /// <param name="onLand">True for those on land alone, false for those at sea; null for all.</param>
    /// <returns>The places, from the north.</returns>
    /// <exception cref="InvalidInputException">The step is out of range.</exception>
    public static IReadOnlyList<NetworkPlace> Every(double degrees, bool? onLand = null)
    {
        if (!(degrees >= 0.1 && degrees <= 30))
        {
            throw new InvalidInputException(FormattableString.Invariant($"candidates every {degrees} degrees: it must be in 0.1…30")) { Setting = "Spacing" };
        }

        var rows = (int)Math.Round(180 / degrees);
        var step = 180.0 / rows;
        return Of(new Grid([.. Enumerable.Range(0, rows).Select(i => Math.Round(90 - (i + 0.5) * step, 4))], [.. Enumerable.Range(0, 2 * rows).Select(j => Math.Round(-180 + (j + 0.5) * step, 4))]), onLand);
    }

    /// <summary>Those of some places that are on land, or at sea.</summary>
    /// <param name="places">The places.</param>
    /// <param name="onLand">True for land, false for the sea; null for all.</param>
    /// <returns>The places that are left.</returns>
    public static IReadOnlyList<NetworkPlace> Of(IReadOnlyList<NetworkPlace> places, bool? onLand) =>
        [.. places.Where(p => onLand is null || Land.NaturalEarth.Contains(p.Latitude, p.Longitude) == onLand)];
}
