using System.Globalization;
using VaeDa.Fields.Grids;
using VaeDa.Observations;

namespace VaeDa.Reanalysis.Series;

/// <summary>An area or a place whose mean is followed through time: the cells of a grid that it has, and their weights.</summary>
public sealed class SeriesArea
{
    private readonly int[] _cells;
    private readonly double[] _weights;

    private SeriesArea(SeriesAreaDescription description, int[] cells, double[] weights) => (Description, _cells, _weights) = (description, cells, weights);

    /// <summary>What it is, without the grid.</summary>
    public SeriesAreaDescription Description { get; }

    /// <summary>The name of the area, as it stands in the series.</summary>
    public string Name => Description.Name;

    /// <summary>
    /// The areas that everyone asks for: globe and hemispheres (of a grid that is not global, all of it), bands of 30 degrees of latitude, land and
    /// sea; those that have cells on the grid.
    /// </summary>
    /// <param name="grid">The grid.</param>
    /// <returns>The areas, the largest first.</returns>
    public static IReadOnlyList<SeriesArea> Usual(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var areas = new List<(string Name, Func<int, bool> Contains)> { (grid.IsGlobal ? "globe" : "all", _ => true) };
        if (grid.IsGlobal)
        {
            areas.Add(("north", cell => grid.LatitudeOf(cell) > 0));
            areas.Add(("south", cell => grid.LatitudeOf(cell) < 0));
        }

        for (var south = 60; south >= -90; south -= 30)
        {
            var from = south;
            var name = south >= 0 ? $"{south}-{south + 30}N" : $"{-south - 30}-{-south}S";
            areas.Add((name, cell => grid.LatitudeOf(cell) is var latitude && latitude >= from && (latitude < from + 30 || latitude == 90 && from == 60)));
        }

        var land = Land.NaturalEarth.Of(grid);
        areas.Add(("land", cell => land[cell]));
        areas.Add(("sea", cell => !land[cell]));
        var weights = grid.AreaWeights();
        return [.. areas.Select(a => Of(new SeriesAreaDescription(a.Name), grid, weights, a.Contains)).OfType<SeriesArea>()];
    }

    /// <summary>A box of latitudes and longitudes, its edges included: cells count whose centres are in it.</summary>
    /// <param name="name">What it is called in the series.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="west">Its western edge, degrees east, in any convention.</param>
    /// <param name="east">Its eastern edge, degrees east.</param>
    /// <param name="south">Its southern edge, degrees north.</param>
    /// <param name="north">Its northern edge, degrees north.</param>
    /// <returns>The area.</returns>
    /// <exception cref="InvalidInputException">It has no cell of the grid.</exception>
    public static SeriesArea Box(string name, Grid grid, double west, double east, double south, double north)
    {
        ArgumentNullException.ThrowIfNull(grid);
        // East of the western edge by so much, 0…360; a box that goes all round has all.
        var width = east - west >= 360 ? 360 : Eastward(east - west);
        return Of(new SeriesAreaDescription(name) { Box = [west, east, south, north] }.Checked(), grid, grid.AreaWeights(), cell => grid.LatitudeOf(cell) >= south && grid.LatitudeOf(cell) <= north && Eastward(grid.LongitudeOf(cell) - west) <= width)
            ?? throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"region '{name}' ({west},{east},{south},{north}): no cell of the grid has its centre in it; a region is west,east,south,north in degrees"));
    }

    /// <summary>A place: the four cells about it, as the observation operator takes them.</summary>
    /// <param name="name">What it is called in the series.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east, in any convention.</param>
    /// <returns>The place.</returns>
    /// <exception cref="InvalidInputException">It is outside the grid.</exception>
    public static SeriesArea Place(string name, Grid grid, double latitude, double longitude)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var place = grid.Locate(latitude, longitude)
            ?? throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"place '{name}' ({latitude},{longitude}) is outside the grid; a place is latitude,longitude in degrees"));
        Span<(long Index, float Weight)> corners = stackalloc (long, float)[ObservationOperator.Corners];
        BilinearWeights.At(grid, place, 0, [], corners);
        return new SeriesArea(new SeriesAreaDescription(name) { Place = [latitude, longitude] }.Checked(), [.. corners.ToArray().Select(c => (int)c.Index)], [.. corners.ToArray().Select(c => (double)c.Weight)]);
    }

    /// <summary>The area that a series is of, on the grid of its fields.</summary>
    /// <param name="description">What it is.</param>
    /// <param name="grid">The grid.</param>
    /// <exception cref="InvalidInputException">It is none of the usual areas, or has no cell of the grid.</exception>
    public static SeriesArea Of(SeriesAreaDescription description, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(description);
        return description switch
        {
            { Box: [var west, var east, var south, var north] } => Box(description.Name, grid, west, east, south, north),
            { Place: [var latitude, var longitude] } => Place(description.Name, grid, latitude, longitude),
            _ => Usual(grid).FirstOrDefault(area => area.Name == description.Name) ?? throw new InvalidInputException($"there is no area '{description.Name}' of this grid"),
        };
    }

    /// <summary>The mean of a field over the area; cells without a value are left out.</summary>
    /// <param name="field">One value for each cell of the grid, (H, W) row-major.</param>
    /// <returns>The mean, in the units of the field; NaN where the area has no value.</returns>
    public double Mean(ReadOnlySpan<float> field)
    {
        double sum = 0, weight = 0;
        for (var i = 0; i < _cells.Length; i++)
        {
            if (float.IsFinite(field[_cells[i]]))
            {
                sum += _weights[i] * field[_cells[i]];
                weight += _weights[i];
            }
        }

        return weight > 0 ? sum / weight : double.NaN;
    }

    /// <summary>What each cell of the grid counts in the mean.</summary>
    /// <param name="cells">Of the grid, C.</param>
    /// <returns>(C); 0 outside the area.</returns>
    internal float[] Weights(int cells)
    {
        var weights = new float[cells];
        foreach (var (i, cell) in _cells.Index())
        {
            weights[cell] += (float)_weights[i];
        }

        return weights;
    }

    private static double Eastward(double degrees) => degrees - 360 * Math.Floor(degrees / 360);

    // Null for an area without cells.
    private static SeriesArea? Of(SeriesAreaDescription description, Grid grid, float[] weights, Func<int, bool> contains)
    {
        int[] cells = [.. Enumerable.Range(0, grid.Cells).Where(contains)];
        return cells.Length == 0 ? null : new SeriesArea(description, cells, Array.ConvertAll(cells, c => (double)weights[c]));
    }
}
