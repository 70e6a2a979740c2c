using System.Text.Json;

namespace VaeDa.Fields.Grids;

/// <summary>The world's land at a scale of 1:110 million (Natural Earth, public domain), for coastlines and land masks.</summary>
public sealed class Land
{
    private const string Resource = "VaeDa.Fields.Grids.Resources.land-110m.json";
    private static readonly Lazy<Land> Shared = new(Load);

    private Land(IReadOnlyList<IReadOnlyList<(double Longitude, double Latitude)>> rings) => Rings = rings;

    /// <summary>The map that the library carries, decoded at the first use.</summary>
    public static Land NaturalEarth => Shared.Value;

    /// <summary>
    /// The coasts as closed rings of points (the last point is the first), the Caspian's shore among them, in degrees, longitudes −180…180.
    /// A side between neighbouring points is the short way round: a few rings cross the antimeridian, where the
    /// longitude jumps by some 360°, and Antarctica's goes round the pole.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<(double Longitude, double Latitude)>> Rings { get; }

    /// <summary>Whether a point is on land. Islands and lakes below some 100 km are not in the map.</summary>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east, in any convention.</param>
    /// <returns>True on land, false at sea and on the Caspian.</returns>
    public bool Contains(double latitude, double longitude) => IsInside(latitude, Coasts(longitude));

    /// <summary>Which cells of a grid have their centre on land; the coasts of a meridian are looked for once.</summary>
    /// <param name="grid">The grid.</param>
    /// <returns>(H, W)</returns>
    internal bool[] Of(Grid grid)
    {
        var coasts = new Dictionary<double, double[]>();
        return [.. Enumerable.Range(0, grid.Cells).Select(cell =>
        {
            var longitude = grid.LongitudeOf(cell);
            if (!coasts.TryGetValue(longitude, out var found))
            {
                coasts[longitude] = found = Coasts(longitude);
            }

            return IsInside(grid.LatitudeOf(cell), found);
        })];
    }

    // Even-odd along the point's meridian to the north pole, which is sea: right on the sphere, also for the rings
    // that cross the antimeridian or enclose the south pole.
    private static bool IsInside(double latitude, double[] coasts) => Array.FindAll(coasts, coast => coast > latitude).Length % 2 == 1;

    /// <summary>The latitudes at which a meridian, from pole to pole, crosses a coast.</summary>
    private double[] Coasts(double longitude)
    {
        var crossings = new List<double>();
        foreach (var ring in Rings)
        {
            var from = Eastward(longitude, ring[0].Longitude);
            for (var i = 1; i < ring.Count; i++)
            {
                var to = Eastward(longitude, ring[i].Longitude);
                if (from < 0 != to < 0 && Math.Abs(to - from) < 180)
                {
                    crossings.Add(ring[i - 1].Latitude + (ring[i].Latitude - ring[i - 1].Latitude) * (-from / (to - from)));
                }

                from = to;
            }
        }

        return [.. crossings];
    }

    private static Land Load()
    {
        using var stream = typeof(Land).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the library was built without its resource {Resource}");
        using var topology = JsonDocument.Parse(stream);
        var scale = Pair(topology.RootElement.GetProperty("transform").GetProperty("scale"));
        var translate = Pair(topology.RootElement.GetProperty("transform").GetProperty("translate"));
        var arcs = topology.RootElement.GetProperty("arcs").EnumerateArray().Select(arc => Decode(arc, scale, translate)).ToArray();
        var rings =
            from geometry in topology.RootElement.GetProperty("objects").GetProperty("land").GetProperty("geometries").EnumerateArray()
            from polygon in geometry.GetProperty("arcs").EnumerateArray()
            from ring in polygon.EnumerateArray()
            select Join(ring.EnumerateArray().Select(index => index.GetInt32()), arcs);
        return new Land([.. rings]);
    }

    // TopoJSON: the points of an arc are differences of quantised positions.
    private static (double Longitude, double Latitude)[] Decode(JsonElement arc, (double X, double Y) scale, (double X, double Y) translate)
    {
        double x = 0, y = 0;
        return [.. arc.EnumerateArray().Select(Pair).Select(step =>
        {
            x += step.X;
            y += step.Y;
            return (x * scale.X + translate.X, y * scale.Y + translate.Y);
        })];
    }

    // TopoJSON: an arc starts where the one before it ends; the index ~i means arc i backwards.
    private static IReadOnlyList<(double Longitude, double Latitude)> Join(IEnumerable<int> indices, (double Longitude, double Latitude)[][] arcs)
    {
        var ring = new List<(double Longitude, double Latitude)>();
        foreach (var index in indices)
        {
            var arc = index >= 0 ? arcs[index] : arcs[~index].AsEnumerable().Reverse();
            ring.AddRange(ring.Count == 0 ? arc : arc.Skip(1));
        }

        return ring.AsReadOnly();
    }

    private static (double X, double Y) Pair(JsonElement pair) => (pair[0].GetDouble(), pair[1].GetDouble());

    // Degrees from one meridian eastwards to another, −180…180.
    private static double Eastward(double from, double to) => Math.IEEERemainder(to - from, 360);
}
