using VaeDa.Fields.Grids;

namespace VaeDa.Plotting.Maps;

/// <summary>A part of the world between two meridians and two parallels.</summary>
public sealed record MapBox
{
    /// <param name="west">Degrees east, in any convention.</param>
    /// <param name="east">Degrees east; a box of no width, or of a turn or more, goes all round.</param>
    /// <param name="south">Degrees north.</param>
    /// <param name="north">Degrees north.</param>
    /// <exception cref="ArgumentException">The parallels are not in order, or beyond the poles.</exception>
    public MapBox(double west, double east, double south, double north)
    {
        if (!(south < north && south >= -90 && north <= 90) || !double.IsFinite(east - west))
        {
            throw new ArgumentException(FormattableString.Invariant($"a region is from a meridian to one east of it and from a parallel to one north of it; this one is {west},{east},{south},{north}"));
        }

        var width = east - west is >= 360 or 0 ? 360 : Eastward(east - west);
        (West, East, South, North) = (west, west + width, south, north);
    }

    /// <summary>Degrees east.</summary>
    public double West { get; private init; }

    /// <summary>Degrees east, at most <see cref="West"/> + 360.</summary>
    public double East { get; private init; }

    /// <summary>Degrees north.</summary>
    public double South { get; }

    /// <summary>Degrees north.</summary>
    public double North { get; }

    internal bool GoesRound => East - West >= 360;

    internal bool IsWorld => GoesRound && South <= -90 && North >= 90;

    internal double MiddleLongitude => (West + East) / 2;

    internal double MiddleLatitude => (South + North) / 2;

    /// <summary>What a grid covers, its cells' outer halves too.</summary>
    internal static MapBox Of(Grid grid)
    {
        if (grid.Projection is null)
        {
            var (x, y) = ((grid.X[1] - grid.X[0]) / 2, (grid.Y[0] - grid.Y[1]) / 2);
            var (south, north) = (Math.Max(-90, grid.Y[^1] - y), Math.Min(90, grid.Y[0] + y));
            return grid.IsPeriodic
                // Gaussian rows leave a sliver at the poles.
                ? new MapBox(-180, 180, south < -90 + 2 * y ? -90 : south, north > 90 - 2 * y ? 90 : north)
                : new MapBox(grid.X[0] - x, grid.X[^1] + x, south, north);
        }

        // About the middle cell's meridian, so that the antimeridian does not matter.
        var middle = grid.LongitudeOf(grid.Height / 2 * grid.Width + grid.Width / 2);
        var ways = grid.Longitudes.Select(longitude => Math.IEEERemainder(longitude - middle, 360)).ToArray();
        var (west, east) = (ways.Min(), ways.Max());
        return east - west > 300
            // About a pole, or all but.
            ? new MapBox(-180, 180, grid.Latitudes.Max() > 80 ? grid.Latitudes.Min() : -90, grid.Latitudes.Max() > 80 ? 90 : grid.Latitudes.Max())
            : new MapBox(middle + west, middle + east, grid.Latitudes.Min(), grid.Latitudes.Max());
    }

    internal bool Contains(double latitude, double longitude) =>
        latitude >= South && latitude <= North && (GoesRound || Eastward(longitude - West) is var way && (way <= East - West || way > 360 - 1e-9));

    /// <summary>The same box turned so that a meridian is in its middle; only one that goes all round can be.</summary>
    internal MapBox About(double longitude) => GoesRound ? this with { West = longitude - 180, East = longitude + 180 } : this;

    // Degrees from one meridian to the next, 0…360.
    private static double Eastward(double way) => (way % 360 + 360) % 360;
}
