using Microsoft.Data.Analysis;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Verification.Stations;

/// <summary>
/// Finds stations with a constant offset. A station's offset is the mean of its departures from what all others predict, weighted
/// by their variances; good stations have offsets too, of a standard deviation ω that is estimated robustly from the scatter of
/// all (a random-effects model; DerSimonian and Laird 1986). Suspect is a station whose offset is beyond 2 ω and whose chance,
/// under N(0, s² + ω²), is below 5% over all stations together (Bonferroni).
/// </summary>
public static class StationOffsets
{
    /// <summary>The smallest number of predictions from which a station's offset is computed.</summary>
    public const int FewestDates = 6;

    private const double FamilywiseError = 0.05;
    private const double NormalPerMad = 1.4826;
    private const double BeyondScatter = 2;

    /// <summary>Computes the offset of each station that has enough predictions.</summary>
    /// <param name="predictions">The predictions of one method: observations, and what all others predict of each.</param>
    /// <returns>The offsets of the stations with at least <see cref="FewestDates"/> predictions, the most significant first.</returns>
    public static IReadOnlyList<StationOffset> Of(IEnumerable<ObservationPrediction> predictions)
    {
        var stations = predictions.GroupBy(p => p.Station).Where(g => g.Count() >= FewestDates).Select(Mean).ToList();
        if (stations.Count == 0)
        {
            return [];
        }

        // The scatter of the offsets is their errors' and ω's.
        var centre = StationSeries.Median([.. stations.Select(s => s.Offset)]);
        var scatter = NormalPerMad * StationSeries.Median([.. stations.Select(s => Math.Abs(s.Offset - centre))]);
        var omega = Math.Sqrt(Math.Max(0, scatter * scatter - StationSeries.Median([.. stations.Select(s => s.Error * s.Error)])));
        var threshold = NormalQuantile(1 - FamilywiseError / (2 * stations.Count));
        return [.. stations.Select(s =>
        {
            var significance = Math.Abs(s.Offset) / Math.Sqrt(s.Error * s.Error + omega * omega);
            return s with { Significance = significance, Suspect = significance > threshold && Math.Abs(s.Offset) > BeyondScatter * omega };
        }).OrderByDescending(s => s.Significance)];
    }

    /// <summary>Makes a table with the columns station, lat, lon, n, offset, standard_error, significance and suspect.</summary>
    /// <param name="stations">The offsets.</param>
    /// <returns>The table, one row for each station, in their order.</returns>
    public static DataFrame ToDataFrame(IReadOnlyList<StationOffset> stations)
    {
        ArgumentNullException.ThrowIfNull(stations);
        return new DataFrame(
            new StringDataFrameColumn("station", stations.Select(s => s.Station)),
            new DoubleDataFrameColumn("lat", stations.Select(s => s.Latitude)),
            new DoubleDataFrameColumn("lon", stations.Select(s => s.Longitude)),
            new Int32DataFrameColumn("n", stations.Select(s => s.Count)),
            new DoubleDataFrameColumn("offset", stations.Select(s => s.Offset)),
            new DoubleDataFrameColumn("standard_error", stations.Select(s => s.Error)),
            new DoubleDataFrameColumn("significance", stations.Select(s => s.Significance)),
            new BooleanDataFrameColumn("suspect", stations.Select(s => s.Suspect)));
    }

    private static StationOffset Mean(IGrouping<string, ObservationPrediction> station)
    {
        double weights = 0, sum = 0;
        foreach (var p in station)
        {
            weights += 1 / (p.Spread * p.Spread);
            sum += p.Departure / (p.Spread * p.Spread);
        }

        var offset = sum / weights;
        // The larger of what the spreads promise and what the departures' own scatter shows.
        var chi = station.Sum(p => Square((p.Departure - offset) / p.Spread)) / (station.Count() - 1);
        var first = station.First();
        return new StationOffset(station.Key, first.Latitude, first.Longitude, station.Count(), offset, Math.Sqrt(Math.Max(1, chi) / weights), 0, false);

        static double Square(double value) => value * value;
    }

    /// <summary>Of the upper tail (Abramowitz and Stegun 1964, 26.2.23): to 4.5 · 10⁻⁴.</summary>
    private static double NormalQuantile(double p)
    {
        var t = Math.Sqrt(-2 * Math.Log(1 - p));
        return t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    }
}
