using VaeDa.Reanalysis.Stations;

namespace VaeDa.Tests.Reanalysis.Stations;

public sealed class StationBreaksTests
{
    private const int Dates = 600;
    private const int Stations = 40;
    private static readonly SeriesNoise Noise = new(0.6, 0.7, 1);

    [Fact]
    public void Each_kind_of_fault_is_found_dated_and_measured()
    {
        // An echo, of station 8: at half its size, a neighbour's at the same time.
        var found = Found(new()
        {
            [3] = t => t < 250 ? 0 : 1.5,
            [12] = t => t is >= 200 and < 320 ? -1.4 : 0,
            [20] = t => t < 200 ? 0 : (t - 200) / 400.0 * 2,
            [28] = _ => 2,
            [8] = t => t < 400 ? 0 : -2,
            [9] = t => t < 400 ? 0 : 0.9,
        });
        var faults = found.Where(p => p.Kind != BreakKind.None).ToDictionary(p => p.Station);
        Assert.Equal(["s12", "s20", "s28", "s3", "s8", "s9"], faults.Keys.Order(StringComparer.Ordinal));
        Near(faults["s3"], BreakKind.Jump, 250, Dates - 1, 1.5);
        Near(faults["s12"], BreakKind.Episode, 200, 319, -1.4);
        Near(faults["s8"], BreakKind.Jump, 400, Dates - 1, -2);
        Near(faults["s28"], BreakKind.Offset, 0, Dates - 1, 2);
        Assert.Equal(BreakKind.Echo, faults["s9"].Kind);
        var drift = faults["s20"];
        Assert.Equal(BreakKind.Drift, drift.Kind);
        var (last, error) = drift.At(drift.To);
        Assert.Equal(2, last, 4 * error);
        // Each day of each station is in one part.
        Assert.Equal(Stations * Dates, found.Sum(p => p.Observations));
    }

    [Fact]
    public void Stations_without_fault_have_none()
    {
        var found = Found([]);
        Assert.Equal(Stations, found.Count);
        Assert.All(found, p => Assert.Equal(BreakKind.None, p.Kind));
    }

    [Fact]
    public void A_long_record_is_searched_in_means_over_some_dates()
    {
        var series = NoisySeries.Make(new Random(2), 5000, Noise, t => t < 3000 ? 0 : 1);
        var found = StationBreaks.Of([series]);
        var jump = Assert.Single(found, p => p.Kind == BreakKind.Jump);
        Assert.InRange((jump.From - NoisySeries.First).TotalDays, 2980, 3020);
        Assert.Equal(NoisySeries.First.AddDays(4999), jump.To);
        Assert.Equal(5000, found.Sum(p => p.Observations));
    }

    [Fact]
    public void A_jump_that_is_larger_than_gross_errors_has_its_size_in_a_short_record_too()
    {
        // And gross errors among it are none of it.
        var series = NoisySeries.Make(new Random(3), 78, Noise, t => t < 36 ? 0 : t is 50 or 60 ? -30 : 16);
        var found = StationBreaks.Of([series]);
        var jump = Assert.Single(found, p => p.Kind == BreakKind.Jump);
        Assert.Equal(NoisySeries.First.AddDays(36), jump.From);
        Assert.InRange(jump.Error, 0.1, 0.5);
        Assert.Equal(16, jump.Offset, 3 * jump.Error);
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public void Gross_errors_are_in_no_mean_of_a_long_record()
    {
        var series = NoisySeries.Make(new Random(4), 5000, Noise, t => t % 50 == 7 ? 60 : 0);
        Assert.Equal(BreakKind.None, Assert.Single(StationBreaks.Of([series])).Kind);
    }

    private static void Near(StationBreak part, BreakKind kind, int from, int to, double offset)
    {
        Assert.Equal(kind, part.Kind);
        Assert.InRange((part.From - NoisySeries.First).TotalDays, from - 10, from + 10);
        Assert.InRange((part.To - NoisySeries.First).TotalDays, to - 10, to + 10);
        Assert.Equal(offset, part.Offset, 4 * part.Error);
        Assert.InRange(part.Error, 0.02, 0.2);
    }

    private static IReadOnlyList<StationBreak> Found(Dictionary<int, Func<int, double>> faults)
    {
        var random = new Random(1);
        return StationBreaks.Of([.. Enumerable.Range(0, Stations).Select(i => NoisySeries.Make(random, Dates, Noise, faults.GetValueOrDefault(i) ?? (_ => 0), $"s{i}", 4 * i))]);
    }
}
