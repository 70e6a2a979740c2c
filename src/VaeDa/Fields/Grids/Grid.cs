using System.Text.Json.Serialization;

namespace VaeDa.Fields.Grids;

/// <summary>
/// A grid in the one order the toolkit works in: of latitude by longitude, row 0 the northernmost, longitude ascending over
/// less than a full turn; or projected, row 0 at the top of the map (<see cref="Y"/> descends) and column 0 at its left.
/// Readers reorder to it; fields are (H, W), row-major.
/// </summary>
/// <remarks>
/// Either kind has a map, the plane of <see cref="Y"/> and <see cref="X"/>: latitude and longitude themselves, or the
/// projection's coordinates. The kinds differ in how a place comes onto the map, and in the areas of their cells.
/// </remarks>
public sealed class Grid : IEquatable<Grid>
{
    // Files hold float32 axes: 1e-3° is below any grid's spacing and above their rounding.
    private const double DegreesAlike = 1e-3;

    private readonly Axis _y;
    private readonly Axis _x;

    // Null on a grid of latitude by longitude.
    private readonly Lazy<ProjectedSurface>? _surface;

    /// <param name="latitudes">Cell centres, degrees north: (H), descending, or (H × W) on a projected grid.</param>
    /// <param name="longitudes">Cell centres, degrees east: (W), ascending, or (H × W) on a projected grid.</param>
    /// <param name="projection">The coordinates of rows and columns on the map; null for a grid of latitude by longitude.</param>
    /// <exception cref="InvalidInputException">An axis is out of order or out of range, or a cell has no place.</exception>
    [JsonConstructor]
    public Grid(IReadOnlyList<double> latitudes, IReadOnlyList<double> longitudes, Projection? projection = null)
    {
        ArgumentNullException.ThrowIfNull(latitudes);
        ArgumentNullException.ThrowIfNull(longitudes);
        (Latitudes, Longitudes, Projection) = (latitudes, longitudes, projection);
        (Y, X) = projection is null ? (latitudes, longitudes) : (projection.Y, projection.X);
        var (nameOfY, nameOfX) = projection is null ? ("latitudes", "longitudes") : ("y coordinates", "x coordinates");
        if (Height < 2 || Width < 2)
        {
            throw new InvalidInputException($"a grid needs at least 2 {nameOfY} and 2 {nameOfX}; this one has {Height} and {Width}");
        }

        if ((long)Height * Width > Array.MaxLength)
        {
            throw new InvalidInputException($"a grid can have {Array.MaxLength} cells; this one has {Height} × {Width}");
        }

        RequireAscent(Y.Select(y => -y), $"{nameOfY} must descend");
        RequireAscent(X, $"{nameOfX} must ascend");
        if (latitudes.FirstOrDefault(latitude => !(Math.Abs(latitude) <= 90)) is var wrong && !(Math.Abs(wrong) <= 90))
        {
            throw new InvalidInputException($"latitudes must be within 90…-90; one is {wrong}");
        }

        (_y, _x) = (new Axis(Y), new Axis(X));
        if (projection is not null)
        {
            if (latitudes.Count != Cells || longitudes.Count != Cells || !longitudes.All(double.IsFinite))
            {
                throw new InvalidInputException($"each of the {Height} × {Width} cells of a projected grid needs a latitude and a longitude");
            }

            _surface = new(() => new ProjectedSurface(_y, _x, EarthPoint.Of(this)));
            return;
        }

        if (X[^1] - X[0] >= 360)
        {
            throw new InvalidInputException($"longitudes must span less than 360 degrees; these run from {X[0]} to {X[^1]}");
        }

        IsPeriodic = Circle.Closes(X[0], X[^1], Width);
    }

    /// <summary>The latitudes in degrees north: of the rows (H), descending; on a projected grid, of the cells (H × W).</summary>
    public IReadOnlyList<double> Latitudes { get; }

    /// <summary>The longitudes in degrees east: of the columns (W), ascending; on a projected grid, of the cells (H × W).</summary>
    public IReadOnlyList<double> Longitudes { get; }

    /// <summary>The coordinates of rows and columns on the map of a projected grid; null on a grid of latitude by longitude.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Projection? Projection { get; }

    /// <summary>The rows' coordinates on the map (H), descending: latitudes in degrees north, or the projection's y in its units.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> Y { get; }

    /// <summary>The columns' coordinates on the map (W), ascending: longitudes in degrees east, or the projection's x in its units.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> X { get; }

    /// <summary>The number of rows, H.</summary>
    [JsonIgnore]
    public int Height => Y.Count;

    /// <summary>The number of columns, W.</summary>
    [JsonIgnore]
    public int Width => X.Count;

    /// <summary>The number of cells, H × W: the length of a field of one variable.</summary>
    [JsonIgnore]
    public int Cells => Height * Width;

    /// <summary>Whether the grid goes round the Earth, so that the last column neighbours the first.</summary>
    [JsonIgnore]
    public bool IsPeriodic { get; }

    /// <summary>Whether it is of the whole Earth: the first and last row may be as far from the poles as from their neighbours.</summary>
    [JsonIgnore]
    internal bool IsGlobal => IsPeriodic && 90 - Latitudes[0] <= Latitudes[0] - Latitudes[1] && 90 + Latitudes[^1] <= Latitudes[^2] - Latitudes[^1];

    /// <summary>The latitude of a cell's centre.</summary>
    /// <param name="cell">The number of the cell, row-major from 0: row × <see cref="Width"/> + column.</param>
    /// <returns>Degrees north.</returns>
    public double LatitudeOf(int cell) => Latitudes[Projection is null ? cell / Width : cell];

    /// <summary>The longitude of a cell's centre.</summary>
    /// <param name="cell">The number of the cell, row-major from 0: row × <see cref="Width"/> + column.</param>
    /// <returns>Degrees east.</returns>
    public double LongitudeOf(int cell) => Longitudes[Projection is null ? cell % Width : cell];

    /// <summary>
    /// The relative areas of the cells, by which means over the area are weighted: the cosine of the latitude, or on a projected grid the
    /// cells' own areas on the sphere.
    /// </summary>
    /// <returns>One weight for each cell (H × W), row-major; their mean is 1.</returns>
    public float[] AreaWeights()
    {
        var areas = new double[Cells];
        for (var cell = 0; cell < areas.Length; cell++)
        {
            areas[cell] = _surface?.Value.AreaOf(cell / Width, cell % Width) ?? Math.Max(Math.Cos(LatitudeOf(cell) * Math.PI / 180), 0);
        }

        var mean = areas.Average();
        return Array.ConvertAll(areas, area => (float)(area / mean));
    }

    /// <summary>
    /// The place of a point among the cell centres: fractional row in 0…H−1 and column in 0…W (W−1 on a grid that is not
    /// periodic; a column beyond W−1 lies between the last and the first). Points up to half a cell outside the centres,
    /// and any point poleward of the outermost row of a grid that reaches within two rows of the pole, take the edge's value.
    /// </summary>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east, in any convention.</param>
    /// <returns>Row and column, from 0; null for a point outside the grid.</returns>
    public (double Row, double Column)? Locate(double latitude, double longitude) =>
        OnMap(latitude, longitude) is { } place ? LocateOnMap(place.Y, place.X) : null;

    /// <summary>The coordinates of a place on the map, in the plane of <see cref="Y"/> and <see cref="X"/>.</summary>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east, in any convention.</param>
    /// <returns>
    /// Latitude and longitude themselves, or the projection's coordinates in its units; null for a place that is not on the map: on a
    /// projected grid, one outside its cells.
    /// </returns>
    public (double Y, double X)? OnMap(double latitude, double longitude) =>
        !(Math.Abs(latitude) <= 90) || !double.IsFinite(longitude) ? null
        : _surface is null ? (latitude, longitude)
        : _surface.Value.Locate(latitude, longitude);

    /// <summary>The place of a point of the map among the cell centres, as <see cref="Locate"/> gives it for a place on the Earth.</summary>
    /// <param name="y">The point's coordinate on the map, as those of <see cref="Y"/>.</param>
    /// <param name="x">The point's coordinate on the map, as those of <see cref="X"/>; longitudes in any convention.</param>
    /// <returns>Row and column, from 0; null for a point outside the grid.</returns>
    public (double Row, double Column)? LocateOnMap(double y, double x) =>
        RowOf(y) is { } row && ColumnOf(x) is { } column ? (row, column) : null;

    /// <summary>Whether another grid has the same cells: their centres agree to 0.001 degrees, and those of a map to a thousandth of a cell.</summary>
    /// <param name="other">The other grid; null is none.</param>
    /// <returns>True for grids of the same kind, size and centres.</returns>
    public bool Equals(Grid? other) =>
        other is not null
        && Projection?.Units == other.Projection?.Units
        && AxisEquals(Y, other.Y, Projection is null ? DegreesAlike : 1e-3 * _y.WidthOf(0))
        && AxisEquals(X, other.X, Projection is null ? DegreesAlike : 1e-3 * _x.WidthOf(0))
        && (Projection is null || (AxisEquals(Latitudes, other.Latitudes, DegreesAlike) && AxisEquals(Longitudes, other.Longitudes, DegreesAlike)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Grid);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Height, Width);

    /// <summary>The grid in one line for messages: its size, and the latitudes and longitudes that it spans.</summary>
    /// <returns>Such as <c>48×96, 87.16…-87.16° N, 0…356.25° E</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"{Height}×{Width}, {Latitudes.Max():0.##}…{Latitudes.Min():0.##}° N, {Longitudes.Min():0.##}…{Longitudes.Max():0.##}° E{(Projection is null ? "" : ", projected")}");

    private static void RequireAscent(IEnumerable<double> values, string rule)
    {
        var (number, before) = (0, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!double.IsFinite(value) || value <= before)
            {
                throw new InvalidInputException($"{rule}; number {number} does not");
            }

            (number, before) = (number + 1, value);
        }
    }

    private static bool AxisEquals(IReadOnlyList<double> a, IReadOnlyList<double> b, double alike) =>
        a.Count == b.Count && a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) < alike);

    private double? RowOf(double y) => _y.IndexOf(y) switch
    {
        var row when row < 0 => row >= -0.5 || ReachesPole(90 - Y[0], Y[0] - Y[1]) ? 0 : null,
        var row when row > Height - 1 => row <= Height - 0.5 || ReachesPole(Y[^1] + 90, Y[^2] - Y[^1]) ? Height - 1 : null,
        var row => row,
    };

    private bool ReachesPole(double fromPole, double spacing) => Projection is null && fromPole <= 2 * spacing;

    private double? ColumnOf(double x)
    {
        if (Projection is null)
        {
            var turned = X[0] + ((x - X[0]) % 360 + 360) % 360;
            x = turned >= X[0] + 360 ? X[0] : turned;
            if (x > X[^1])
            {
                if (IsPeriodic)
                {
                    return Width - 1 + (x - X[^1]) / (X[0] + 360 - X[^1]);
                }

                // Nearer to the first column from the west than to the last from the east.
                x = X[0] + 360 - x < x - X[^1] ? x - 360 : x;
            }
        }

        var column = _x.IndexOf(x);
        return column >= -0.5 && column <= Width - 0.5 ? Math.Clamp(column, 0, Width - 1) : null;
    }
}
