namespace VaeDa.Reanalysis.Stations;

/// <summary>What a station departs by, date after date, from what all others predict of it. Of one variable.</summary>
/// <param name="Station">Its name, or its place where it has none.</param>
/// <param name="Variable">Null for the only one.</param>
/// <param name="Latitude">Of its first observation, degrees north.</param>
/// <param name="Longitude">Of its first observation, degrees east.</param>
/// <param name="Times">Ascending, UTC (n).</param>
/// <param name="Steps">The same in steps of the reanalysis, from any beginning (n).</param>
/// <param name="Departures">Observation less prediction (n).</param>
/// <param name="Spreads">Standard deviations that these should have (n).</param>
internal sealed record StationSeries(string Station, string? Variable, double Latitude, double Longitude, DateTime[] Times, double[] Steps, double[] Departures, double[] Spreads)
{
    // The search takes the square of their number in time.
    private const int MostDates = 1500;

    // Standard deviations.
    private const double MostDeviations = 6;

    /// <summary>n.</summary>
    public int Count => Times.Length;

    /// <summary>The last date that each stands for, which is one unless the series is thinned (n).</summary>
    public DateTime[] Ends { get; private init; } = Times;

    /// <summary>How many observations each stands for (n).</summary>
    public int[] Counts { get; private init; } = [.. Enumerable.Repeat(1, Times.Length)];

    /// <summary>The same where it is short; else means over successive dates, as many to each as leave 1,500.</summary>
    public StationSeries Thinned()
    {
        var each = (Count + MostDates - 1) / MostDates;
        if (each == 1)
        {
            return this;
        }

        int[][] groups = [.. Enumerable.Range(0, Count).Chunk(each)];
        return this with
        {
            Times = [.. groups.Select(g => Times[g[0]])],
            Ends = [.. groups.Select(g => Times[g[^1]])],
            Counts = [.. groups.Select(g => g.Length)],
            Steps = [.. groups.Select(g => g.Average(i => Steps[i]) / each)],
            Departures = [.. groups.Select(Middle)],
            Spreads = [.. groups.Select(g => Math.Sqrt(g.Average(i => Spreads[i] * Spreads[i])))],
        };

        double Middle(int[] group)
        {
            var median = Median([.. group.Select(i => Departures[i])]);
            return group.Average(i => median + Math.Clamp(Departures[i] - median, -MostDeviations * Spreads[i], MostDeviations * Spreads[i]));
        }
    }

    /// <summary>
    /// The same, what is further than six spreads from the middle of its part drawn nearer: a gross error is no break, and a break of ten spreads is no
    /// gross error.
    /// </summary>
    /// <param name="parts">Found before; none where nothing is known, and the middle is 0.</param>
    /// <returns>The series, and what it departs by from those middles.</returns>
    public (StationSeries Series, StationSeries Remainder) Bounded(IReadOnlyList<SeriesPart> parts)
    {
        var (departures, rest) = (new double[Count], new double[Count]);
        foreach (var part in parts.Count == 0 ? [new SeriesPart(0, Count, 0, 0, 0, 0, 0)] : parts)
        {
            var found = Enumerable.Range(part.First, part.End - part.First).Select(i => (Number: i, Offset: part.After(Steps[i] - Steps[part.First]).Offset)).ToList();
            var more = parts.Count == 0 ? 0 : Median([.. found.Select(f => Departures[f.Number] - f.Offset)]);
            foreach (var (i, offset) in found)
            {
                rest[i] = Math.Clamp(Departures[i] - offset - more, -MostDeviations * Spreads[i], MostDeviations * Spreads[i]);
                departures[i] = offset + more + rest[i];
            }
        }

        return (this with { Departures = departures }, this with { Departures = rest });
    }

    /// <param name="values">Are put in order.</param>
    public static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
