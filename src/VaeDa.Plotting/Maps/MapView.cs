using VaeDa.Fields.Grids;
using VaeDa.Plotting.Projections;

namespace VaeDa.Plotting.Maps;

/// <summary>What of the world a map shows, and in which projection.</summary>
public sealed record MapView
{
    // Of a polar map of which nobody says what it shows, degrees from the equator.
    private const double PolarEdge = 30;

    // A cone about parallels as near as that to opposite ones is all but a cylinder.
    private const double LeastLatitude = 4;

    /// <summary>The grid's own map: latitude by longitude, or that of its projection.</summary>
    public static MapView Own { get; } = new();

    /// <summary>Null: the grid's own, or for a region of a grid of latitude by longitude one that suits it.</summary>
    public ProjectionKind? Projection { get; init; }

    /// <summary>Null: all that the grid covers and the projection can show.</summary>
    public MapBox? Region { get; init; }

    /// <summary>The name of the region; null where it has none.</summary>
    public string? RegionName { get; init; }

    /// <summary>The place in the middle, degrees north and east; null: that of the region.</summary>
    public (double Latitude, double Longitude)? Centre { get; init; }

    /// <summary>The projection of a grid's fields and the part of the world that is shown; null for the grid's own map.</summary>
    /// <exception cref="InvalidInputException">The projection cannot show the region.</exception>
    internal (MapProjection Projection, MapBox Box)? On(Grid grid)
    {
        if (Projection is null && Centre is null && (Region is null || grid.Projection is not null))
        {
            return null;
        }

        var box = Region ?? MapBox.Of(grid);
        var kind = Projection ?? Suiting(box);
        if (kind is ProjectionKind.PlateCarree or ProjectionKind.Robinson)
        {
            box = box.About(Centre?.Longitude ?? box.MiddleLongitude);
        }

        var middle = Centre?.Longitude ?? box.MiddleLongitude;
        switch (kind)
        {
            case ProjectionKind.Robinson:
                return (new Robinson(middle), box);
            case ProjectionKind.Orthographic:
                return (new Orthographic(Centre?.Latitude ?? (box.GoesRound ? Math.Clamp(box.MiddleLatitude, -60, 60) : box.MiddleLatitude), middle), box);
            case ProjectionKind.PolarStereographic:
                var isNorth = (Centre?.Latitude ?? box.MiddleLatitude) >= 0;
                if (box.GoesRound && box is { South: <= -90, North: >= 90 })
                {
                    box = isNorth ? new MapBox(box.West, box.East, PolarEdge, 90) : new MapBox(box.West, box.East, -90, -PolarEdge);
                }

                return (isNorth ? box.South >= -30 : box.North <= 30)
                    ? (new PolarStereographic(isNorth, middle), box)
                    : throw new InvalidInputException($"a polar stereographic map shows one hemisphere, and {Described(box)} is more; a Robinson or plate carrée map can show it");
            case ProjectionKind.Lambert:
                return Lambert(box, middle);
            default:
                // Shapes are true in a region's middle.
                return (new PlateCarree(middle, box.IsWorld || box.GoesRound ? 0 : box.MiddleLatitude), box);
        }
    }

    private static ProjectionKind Suiting(MapBox box) => box.GoesRound && (box.South >= 20 || box.North <= -20) ? ProjectionKind.PolarStereographic : ProjectionKind.PlateCarree;

    private (MapProjection, MapBox) Lambert(MapBox box, double middle)
    {
        // A sixth of the way from either edge: distances are wrong by as much in the middle as at the edges.
        var sixth = (box.North - box.South) / 6;
        return box.GoesRound ? throw new InvalidInputException("a Lambert conformal map shows a region, not all round the Earth; name one such as europe")
            : Math.Abs(box.MiddleLatitude) < LeastLatitude || (box.MiddleLatitude > 0 ? box.South < -30 : box.North > 30) ? throw new InvalidInputException($"a Lambert conformal map shows a region of one hemisphere, and {Described(box)} is on both sides of the equator; a plate carrée map can show it")
            : ((MapProjection, MapBox))(new LambertConformal(box.South + sixth, box.North - sixth, middle), box);
    }

    private string Described(MapBox box) => RegionName ?? FormattableString.Invariant($"{box.West:0.##}…{box.East:0.##}° E, {box.South:0.##}…{box.North:0.##}° N");
}
