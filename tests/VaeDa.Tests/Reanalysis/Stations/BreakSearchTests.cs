using VaeDa.Reanalysis.Stations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Reanalysis.Stations;

public sealed class BreakSearchTests
{
    private const int Dates = 730;
    private static readonly SeriesNoise White = new(1, 0, 1);
    private static readonly SeriesNoise Lasting = new(0.4, 0.85, 1.1);

    [Fact]
    public void Without_noise_that_lasts_the_offset_is_the_weighted_mean()
    {
        var series = NoisySeries.Make(new Random(1), 60, White, _ => 0.3);
        var part = Assert.Single(BreakSearch.Of(series, White));
        var weights = series.Spreads.Sum(s => 1 / (s * s));
        Assert.Equal(series.Departures.Zip(series.Spreads, (d, s) => d / (s * s)).Sum() / weights, part.Offset, 1e-12);
        Assert.Equal(1 / weights, part.Variance, 1e-12);
        Assert.False(part.IsDrift);
    }

    [Fact]
    public void Where_noise_lasts_the_offset_is_that_of_generalised_least_squares()
    {
        using var scope = NewDisposeScope();
        var series = NoisySeries.Make(new Random(2), 80, Lasting, _ => 0);
        // A gap, and an end of its own.
        series = series with { Steps = [.. series.Steps.Select((s, i) => i < 30 ? s : s + 4)] };
        var part = Assert.Single(BreakSearch.Of(series, Lasting));
        var (steps, spreads) = (tensor(series.Steps), tensor(series.Spreads)); // (n)
        var lags = (steps.unsqueeze(1) - steps).abs(); // (n, n)
        var covariance = Math.Pow(Lasting.Scale, 2) * spreads.unsqueeze(1) * spreads * (Lasting.White * eye(80, dtype: float64) + (1 - Lasting.White) * pow(Lasting.Memory, lags));
        var solved = linalg.solve(covariance, stack([ones(80, float64), tensor(series.Departures)], 1)); // (n, 2)
        var information = solved.select(1, 0).sum().item<double>();
        Assert.Equal(1 / information, part.Variance, 1e-10);
        Assert.Equal(solved.select(1, 1).sum().item<double>() / information, part.Offset, 1e-10);
    }

    [Fact]
    public void Jumps_are_found_at_their_dates()
    {
        var random = new Random(3);
        var (found, off, scaled) = (0, new List<double>(), new List<double>());
        foreach (var noise in new[] { White, Lasting })
        {
            for (var i = 0; i < 40; i++)
            {
                var date = 100 + random.Next(500);
                var parts = BreakSearch.Of(NoisySeries.Make(random, Dates, noise, t => t < date ? 0 : 1.5), noise);
                if (parts.Count == 2)
                {
                    found++;
                    off.Add(Math.Abs(parts[1].First - date));
                    scaled.Add((parts[1].Offset - parts[0].Offset - 1.5) / Math.Sqrt(parts[0].Variance + parts[1].Variance));
                }
            }
        }

        Assert.InRange(found, 76, 80);
        Assert.True(off.Average() < 3, $"{off.Average():f1} days");
        Assert.InRange(Math.Sqrt(scaled.Average(z => z * z)), 0.8, 1.25);
    }

    [Fact]
    public void A_drift_is_a_line()
    {
        var random = new Random(4);
        for (var i = 0; i < 10; i++)
        {
            var parts = BreakSearch.Of(NoisySeries.Make(random, Dates, Lasting, t => 3.0 * t / Dates), Lasting);
            var part = Assert.Single(parts);
            Assert.True(part.IsDrift);
            Assert.Equal(3.0 / Dates, part.Slope, 4 * Math.Sqrt(part.SlopeVariance));
            var (middle, variance) = part.After(0.5 * Dates);
            Assert.Equal(1.5, middle, 4 * Math.Sqrt(variance));
        }
    }

    // Under its own noise a series has breaks by chance in less than one of a hundred; were the noise taken for white, in most.
    [Fact]
    public void Noise_that_lasts_is_no_break()
    {
        var (random, wrong, naive) = (new Random(5), 0, 0);
        for (var i = 0; i < 300; i++)
        {
            var series = NoisySeries.Make(random, 365, Lasting, _ => 0.2);
            wrong += BreakSearch.Of(series, Lasting) is [{ IsDrift: false }] ? 0 : 1;
            naive += i < 30 && BreakSearch.Of(series, White with { Scale = Lasting.Scale }).Count > 1 ? 1 : 0;
        }

        Assert.InRange(wrong, 0, 3);
        Assert.True(naive > 20, $"{naive}");
    }

    [Fact]
    public void Fewer_than_five_dates_have_no_parts() => Assert.Empty(BreakSearch.Of(NoisySeries.Make(new Random(6), 4, White, _ => 9), White));
}
