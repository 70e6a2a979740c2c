using System.Text.Json.Serialization;

namespace VaeDa.Fields;

/// <summary>
/// A latitude–longitude grid in the one order the toolkit works in: row 0 is the northernmost, longitude ascends and
/// spans less than a full turn. Readers reorder to it; fields are (H, W), row-major.
/// </summary>
public sealed class Grid : IEquatable<Grid>
{
    /// <param name="latitudes">Cell centres (H), degrees north, strictly descending, at least two.</param>
    /// <param name="longitudes">Cell centres (W), degrees east, strictly ascending over less than 360, at least two.</param>
    /// <exception cref="InvalidInputException">An axis is out of order or out of range.</exception>
    [JsonConstructor]
    public Grid(IReadOnlyList<double> latitudes, IReadOnlyList<double> longitudes)
    {
        ArgumentNullException.ThrowIfNull(latitudes);
        ArgumentNullException.ThrowIfNull(longitudes);
        if (latitudes.Count < 2 || longitudes.Count < 2)
        {
            throw new InvalidInputException($"a grid needs at least 2 latitudes and 2 longitudes; this one has {latitudes.Count} and {longitudes.Count}");
        }

        for (var i = 0; i < latitudes.Count; i++)
        {
            if (!(Math.Abs(latitudes[i]) <= 90) || (i > 0 && latitudes[i] >= latitudes[i - 1]))
            {
                throw new InvalidInputException($"latitudes must descend within 90…-90; number {i} is {latitudes[i]}");
            }
        }

        for (var j = 0; j < longitudes.Count; j++)
        {
            if (!double.IsFinite(longitudes[j]) || (j > 0 && longitudes[j] <= longitudes[j - 1]))
            {
                throw new InvalidInputException($"longitudes must ascend; number {j} is {longitudes[j]}");
            }
        }

        if (longitudes[^1] - longitudes[0] >= 360)
        {
            throw new InvalidInputException($"longitudes must span less than 360 degrees; these run from {longitudes[0]} to {longitudes[^1]}");
        }

        Latitudes = latitudes;
        Longitudes = longitudes;
        var spacing = (longitudes[^1] - longitudes[0]) / (longitudes.Count - 1);
        IsPeriodic = Math.Abs(spacing * longitudes.Count - 360) < 0.01 * spacing;
    }

    /// <summary>Cell centres (H), degrees north, descending.</summary>
    public IReadOnlyList<double> Latitudes { get; }

    /// <summary>Cell centres (W), degrees east, ascending.</summary>
    public IReadOnlyList<double> Longitudes { get; }

    /// <summary>Rows, H.</summary>
    [JsonIgnore]
    public int Height => Latitudes.Count;

    /// <summary>Columns, W.</summary>
    [JsonIgnore]
    public int Width => Longitudes.Count;

    /// <summary>H × W.</summary>
    [JsonIgnore]
    public int Cells => Height * Width;

    /// <summary>Whether the last column neighbours the first.</summary>
    [JsonIgnore]
    public bool IsPeriodic { get; }

    /// <summary>Relative cell areas, cos φ, (H × W), mean 1 over the grid.</summary>
    public float[] AreaWeights()
    {
        var mean = Latitudes.Average(CosineOf);
        var weights = new float[Cells];
        for (var i = 0; i < Height; i++)
        {
            Array.Fill(weights, (float)(CosineOf(Latitudes[i]) / mean), i * Width, Width);
        }

        return weights;
    }

    /// <summary>
    /// The place of a point among the cell centres: fractional row in 0…H−1 and column in 0…W (W−1 on a grid that is not
    /// periodic; a column beyond W−1 lies between the last and the first). Points up to half a cell outside the centres,
    /// and any point poleward of the outermost row of a grid that reaches within two rows of the pole, take the edge's value.
    /// </summary>
    /// <returns>Null for a point outside the grid.</returns>
    public (double Row, double Column)? Locate(double latitude, double longitude)
    {
        var row = RowOf(latitude);
        var column = ColumnOf(longitude);
        return row is { } r && column is { } c ? (r, c) : null;
    }

    public bool Equals(Grid? other) =>
        other is not null && AxisEquals(Latitudes, other.Latitudes) && AxisEquals(Longitudes, other.Longitudes);

    public override bool Equals(object? obj) => Equals(obj as Grid);

    public override int GetHashCode() => HashCode.Combine(Height, Width);

    public override string ToString() => FormattableString.Invariant(
        $"{Height}×{Width}, {Latitudes[0]:0.##}…{Latitudes[^1]:0.##}° N, {Longitudes[0]:0.##}…{Longitudes[^1]:0.##}° E");

    private static double CosineOf(double latitude) => Math.Max(Math.Cos(latitude * Math.PI / 180), 0);

    // Files hold float32 axes: 1e-3° is below any grid's spacing and above their rounding.
    private static bool AxisEquals(IReadOnlyList<double> a, IReadOnlyList<double> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3);

    private double? RowOf(double latitude)
    {
        if (!(Math.Abs(latitude) <= 90))
        {
            return null;
        }

        if (latitude >= Latitudes[0])
        {
            return EdgeReaches(90 - Latitudes[0], latitude - Latitudes[0], Latitudes[0] - Latitudes[1]) ? 0 : null;
        }

        if (latitude <= Latitudes[^1])
        {
            return EdgeReaches(Latitudes[^1] + 90, Latitudes[^1] - latitude, Latitudes[^2] - Latitudes[^1]) ? Height - 1 : null;
        }

        int low = 0, high = Height - 1;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Latitudes[middle] >= latitude ? (middle, high) : (low, middle);
        }

        return low + (Latitudes[low] - latitude) / (Latitudes[low] - Latitudes[high]);
    }

    private static bool EdgeReaches(double fromPole, double beyond, double spacing) =>
        beyond <= spacing / 2 || fromPole <= 2 * spacing;

    private double? ColumnOf(double longitude)
    {
        if (!double.IsFinite(longitude))
        {
            return null;
        }

        var first = Longitudes[0];
        var turned = first + ((longitude - first) % 360 + 360) % 360;
        if (turned >= first + 360)
        {
            turned = first;
        }

        if (turned >= Longitudes[^1])
        {
            if (IsPeriodic)
            {
                return Width - 1 + (turned - Longitudes[^1]) / (first + 360 - Longitudes[^1]);
            }

            if (turned - Longitudes[^1] <= (Longitudes[^1] - Longitudes[^2]) / 2)
            {
                return Width - 1;
            }

            return first + 360 - turned <= (Longitudes[1] - first) / 2 ? 0 : null;
        }

        int low = 0, high = Width - 1;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Longitudes[middle] <= turned ? (middle, high) : (low, middle);
        }

        return low + (turned - Longitudes[low]) / (Longitudes[high] - Longitudes[low]);
    }
}
