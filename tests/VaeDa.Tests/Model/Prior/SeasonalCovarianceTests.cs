using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Prior;

public sealed class SeasonalCovarianceTests
{
    // One latent, one cell, and variances that are known to change, but do so by nothing: months differ by their own fields alone.
    private static readonly SeasonalVariance Unchanging = new([0, 0, 0, 0]);

    [Fact]
    public void January_learns_of_December_as_of_February()
    {
        using var scope = NewDisposeScope();
        // Nothing of January itself; of its neighbours one varies by 3 and the other by 1.
        var times = Days(20).Where(t => t.Month != 1).ToArray();
        using var season = Season(times, t => t.Month == 12 ? 3 : 1, Days(4).Where(t => t.Month is not 1).ToArray());
        var variances = season.Monthly.flatten().data<float>().ToArray();
        Assert.InRange(variances[11], 7, 10);
        Assert.InRange(variances[1], 0.8, 3);
        Assert.InRange(variances[0], 3, 7);
    }

    [Fact]
    public void Months_that_differ_by_chance_alone_are_drawn_together()
    {
        using var scope = NewDisposeScope();
        // Every twelfth day of six years: fifteen fields a month.
        var times = Days(6).Where((_, i) => i % 12 == 0).ToArray();
        var (values, _) = Draw(times, _ => 1, seed: 3);
        using var season = Season(times, _ => 1, Days(6), seed: 3);
        var own = Enumerable.Range(1, 12).Select(m => times.Zip(values).Where(p => p.First.Month == m).Average(p => p.Second * p.Second)).ToArray();
        Assert.True(Scatter([.. season.Monthly.flatten().data<float>().ToArray().Select(v => (double)v)]) < 0.25 * Scatter(own));

        static double Scatter(double[] v) => Math.Sqrt(v.Average(x => x * x) - v.Average() * v.Average());
    }

    [Fact]
    public void Between_the_middles_of_two_months_it_is_between_theirs()
    {
        using var scope = NewDisposeScope();
        using var season = SeasonalCovariance.From(tensor([.. Enumerable.Range(1, 12).Select(m => (float)m)], [12, 1, 1]));
        Assert.Equal(3, season.At(new DateTime(2001, 3, 18, 1, 0, 0)).item<double>(), 0.03);
        Assert.Equal(6.5, season.At(new DateTime(2001, 12, 31, 12, 0, 0)).item<double>(), 0.25);
    }

    private static SeasonalCovariance Season(DateTime[] times, Func<DateTime, double> deviation, DateTime[] heldOutTimes, int seed = 1)
    {
        var (_, training) = Draw(times, deviation, seed);
        var (_, heldOut) = Draw(heldOutTimes, deviation, seed + 1);
        return SeasonalCovariance.Of(training, zeros(1, float64), times, heldOut, heldOutTimes, ones([], float64), Unchanging, ones(1, 1), ones(1));
    }

    private static (double[] Values, Tensor Latents) Draw(DateTime[] times, Func<DateTime, double> deviation, int seed)
    {
        var random = new Random(seed);
        double[] values = [.. times.Select(t => deviation(t) * SyntheticFields.Normal(random))];
        return (values, tensor(values, [values.Length, 1])); // (T), (T, k)
    }

    private static DateTime[] Days(int years) => [.. Enumerable.Range(0, 365 * years).Select(d => new DateTime(2001 + d / 365, 1, 1).AddDays(d % 365))];
}
