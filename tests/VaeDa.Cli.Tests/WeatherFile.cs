using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Cli.Tests;

/// <summary>
/// Two years of daily made-up 2 m temperature: a seasonal cycle by latitude, a few waves that drift and change slowly,
/// and noise.
/// </summary>
internal static class WeatherFile
{
    public const int Days = 2 * 365;
    private const int Waves = 4;
    private static readonly DateTime First = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static Grid Globe { get; } = new(
        [.. Enumerable.Range(0, 8).Select(i => 78.75 - 22.5 * i)],
        [.. Enumerable.Range(0, 16).Select(j => 22.5 * j)]);

    /// <summary>30…65° N, 10° W…40° E.</summary>
    public static Grid Region { get; } = new(
        [.. Enumerable.Range(0, 8).Select(i => 65 - 5.0 * i)],
        [.. Enumerable.Range(0, 11).Select(j => -10 + 5.0 * j)]);

    /// <param name="landOnly">Whether the sea is missing.</param>
    public static void Write(string path, Grid grid, bool landOnly = false)
    {
        using var file = new ClassicNetcdfWriter(path);
        file.Attributes["institution"] = "Institute of made-up weather";
        var time = file.AddRecordDimension("time");
        var times = file.AddTime(time);
        var cells = file.AddGrid(grid);
        var attributes = new NetcdfAttributes { ["long_name"] = "2 metre temperature", ["units"] = "K", ["_FillValue"] = 1e20f };
        cells.Describe(attributes);
        var temperature = file.AddVariable("t2m", NetcdfType.Float32, [time, cells.Row, cells.Column], attributes);
        bool[] isMissing = [.. Enumerable.Range(0, grid.Cells).Select(cell => landOnly && !Land.NaturalEarth.Contains(grid.LatitudeOf(cell), grid.LongitudeOf(cell)))];
        var random = new Random(5);
        var amplitudes = new double[2 * Waves];
        var field = new float[grid.Cells];
        for (var day = 0; day < Days; day++)
        {
            for (var w = 0; w < amplitudes.Length; w++)
            {
                amplitudes[w] = 0.9 * amplitudes[w] + 1.2 * Normal(random);
            }

            for (var cell = 0; cell < grid.Cells; cell++)
            {
                var (phi, lambda) = (grid.LatitudeOf(cell) * Math.PI / 180, grid.LongitudeOf(cell) * Math.PI / 180);
                var value = 300 - 45 * Math.Sin(phi) * Math.Sin(phi) - 12 * Math.Sin(phi) * Math.Cos(2 * Math.PI * day / 365.25);
                for (var w = 0; w < Waves; w++)
                {
                    value += Math.Cos(phi) * (amplitudes[2 * w] * Math.Cos((w + 1) * lambda + 2 * phi) + amplitudes[2 * w + 1] * Math.Sin((w + 1) * lambda - w * phi));
                }

                var noise = 0.3 * Normal(random);
                field[cell] = isMissing[cell] ? float.NaN : (float)(value + noise);
            }

            file.WriteSlice(times, day, CfCoordinates.HoursOf(First.AddDays(day)));
            file.WriteSlice<float>(temperature, day, field);
        }

        file.Complete();
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
