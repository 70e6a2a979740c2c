using VaeDa.Fields.Grids;

namespace VaeDa.Plotting.Tests;

internal static class Grids
{
    /// <summary>48 rows that thin out at the poles as Gaussian ones do, longitudes 0…356.25: the seam cuts a cell.</summary>
    public static Grid Gaussian { get; } = new([.. Enumerable.Range(0, 48).Select(i => 87.2 - 3.711 * i + 0.1 * Math.Sin(i))], Even(96, 0, 3.75));

    /// <summary>2° cells, longitudes −179…179.</summary>
    public static Grid TwoDegrees { get; } = new(Even(90, 89, -2), Even(180, -179, 2));

    /// <summary>Rows on the north pole but not the south one, as a field with its last row dropped; longitudes 0…350.</summary>
    public static Grid Polar { get; } = new(Even(18, 90, -10), Even(36, 0, 10));

    /// <summary>30–70° N, 70° W–10° E, in the turn 290…370.</summary>
    public static Grid Atlantic { get; } = new(Even(17, 70, -2.5), Even(33, 290, 2.5));

    /// <summary>60–30° N, 20° W–14.5° E: taller than wide on paper.</summary>
    public static Grid Europe { get; } = new(Even(21, 60, -1.5), Even(24, -20, 1.5));

    /// <summary>The British Isles on a transverse Mercator projection, 900 by 1200 km: taller than wide.</summary>
    public static Grid Britain => ProjectedGrids.Britain;

    public static float[] Constant(this Grid grid, float value) => [.. Enumerable.Repeat(value, grid.Cells)];

    public static float[] With(this float[] field, int cell, float value)
    {
        field[cell] = value;
        return field;
    }

    private static double[] Even(int count, double first, double step) => [.. Enumerable.Range(0, count).Select(i => first + step * i)];
}
