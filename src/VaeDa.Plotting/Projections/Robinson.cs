using MathNet.Numerics.Interpolation;

namespace VaeDa.Plotting.Projections;

/// <summary>
/// Robinson's projection of the world, by his table of every fifth parallel's length and distance from the equator, a natural cubic
/// spline between them. The table and the factors as in Snyder, The Robinson Projection: A Computation Algorithm, Cartography and
/// Geographic Information Systems 17 (1990), 301–305; the projection is not in his Working Manual.
/// </summary>
/// <param name="middle">Degrees east.</param>
internal sealed class Robinson(double middle) : MapProjection(middle, isCut: true)
{
    private const double Across = 0.8487;
    private const double Up = 1.3523;
    private const double Step = 5;

    // From the equator to the pole.
    private static readonly double[] Lengths =
        [1, 0.9986, 0.9954, 0.99, 0.9822, 0.973, 0.96, 0.9427, 0.9216, 0.8962, 0.8679, 0.835, 0.7986, 0.7597, 0.7186, 0.6732, 0.6213, 0.5722, 0.5322];

    private static readonly double[] Distances =
        [0, 0.062, 0.124, 0.186, 0.248, 0.31, 0.372, 0.434, 0.4958, 0.5571, 0.6176, 0.6769, 0.7346, 0.7903, 0.8435, 0.8936, 0.9394, 0.9761, 1];

    private static readonly CubicSpline Length = BothHemispheres(Lengths, odd: false);
    private static readonly CubicSpline Distance = BothHemispheres(Distances, odd: true);

    public override (double X, double Y)? Forward(double latitude, double longitude) =>
        (Across * Length.Interpolate(latitude) * East(longitude) * Radian, Up * Distance.Interpolate(latitude));

    public override (double Latitude, double Longitude)? Inverse(double x, double y)
    {
        var distance = y / Up;
        if (!(Math.Abs(distance) <= 1))
        {
            return null;
        }

        // Newton's steps from the table's nearest row: the spline is all but straight between rows.
        var row = Array.FindIndex(Distances, d => d >= Math.Abs(distance));
        var latitude = Math.CopySign(row * Step, distance);
        for (var i = 0; i < 4; i++)
        {
            latitude = Math.Clamp(latitude - (Distance.Interpolate(latitude) - distance) / Distance.Differentiate(latitude), -90, 90);
        }

        var east = x / (Across * Length.Interpolate(latitude) * Radian);
        return Math.Abs(east) <= 180 ? (latitude, Middle + east) : null;
    }

    public override IReadOnlyList<(double X, double Y)> Edge
    {
        get
        {
            var side = Enumerable.Range(-90, 181).Select(latitude => (X: Across * Length.Interpolate(latitude) * Math.PI, Y: Up * Distance.Interpolate(latitude))).ToArray();
            return [.. side.Select(p => (-p.X, p.Y)), .. side.Reverse()];
        }
    }

    private static CubicSpline BothHemispheres(double[] table, bool odd)
    {
        var south = table.Skip(1).Reverse().Select(value => odd ? -value : value);
        return CubicSpline.InterpolateNaturalSorted([.. Enumerable.Range(0, 2 * table.Length - 1).Select(i => -90 + Step * i)], [.. south, .. table]);
    }
}
