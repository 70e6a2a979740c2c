using VaeDa.Reanalysis.Stations;

namespace VaeDa.Tests.Reanalysis.Stations;

/// <summary>Series of departures whose noise is white and AR(1), in units of spreads that vary over the year.</summary>
internal static class NoisySeries
{
    public static DateTime First { get; } = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <param name="random">Draws the noise.</param>
    /// <param name="count">n, one a day.</param>
    /// <param name="noise">Of the series.</param>
    /// <param name="offset">At each date.</param>
    /// <param name="name">Of the station.</param>
    /// <param name="longitude">Of the station, on the equator.</param>
    public static StationSeries Make(Random random, int count, SeriesNoise noise, Func<int, double> offset, string name = "a", double longitude = 0)
    {
        var (spreads, departures, lasting) = (new double[count], new double[count], SyntheticFields.Normal(random));
        for (var i = 0; i < count; i++)
        {
            spreads[i] = 0.6 + 0.1 * Math.Cos(2 * Math.PI * i / 365);
            departures[i] = offset(i) + noise.Scale * spreads[i] * (Math.Sqrt(1 - noise.White) * lasting + Math.Sqrt(noise.White) * SyntheticFields.Normal(random));
            lasting = noise.Memory * lasting + Math.Sqrt(1 - noise.Memory * noise.Memory) * SyntheticFields.Normal(random);
        }

        return new StationSeries(name, null, 0, longitude, [.. Enumerable.Range(0, count).Select(i => First.AddDays(i))], [.. Enumerable.Range(0, count).Select(i => (double)i)], departures, spreads);
    }
}
