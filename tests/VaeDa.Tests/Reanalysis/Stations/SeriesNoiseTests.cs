using VaeDa.Reanalysis.Stations;

namespace VaeDa.Tests.Reanalysis.Stations;

public sealed class SeriesNoiseTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0.4, 0.85, 1.1)]
    [InlineData(0.7, 0.6, 0.5)]
    public void A_variogram_that_is_known_gives_the_noise_back(double white, double memory, double scale)
    {
        var variogram = Enumerable.Range(1, SeriesNoise.Lags).Select(lag => scale * scale * (white + (1 - white) * (1 - Math.Pow(memory, lag)))).ToArray();
        variogram[3] = double.NaN;
        var found = SeriesNoise.Of(variogram, [.. variogram.Select(_ => 1.0)]);
        Assert.All(Enumerable.Range(1, 30), lag => Assert.Equal(Covariance(new SeriesNoise(white, memory, scale), lag), Covariance(found, lag), 0.02 * scale * scale));
        Assert.Equal(scale, found.Scale, 0.02 * scale);
    }

    [Fact]
    public void A_jump_is_not_taken_for_noise()
    {
        var (random, noise) = (new Random(1), new SeriesNoise(0.4, 0.7, 1));
        SeriesNoise[] found = [.. new[] { 0.0, 2.0 }.Select(size =>
        {
            random = new Random(1);
            var (values, _) = SeriesNoise.Variogram(NoisySeries.Make(random, 730, noise, t => t < 300 ? 0 : size));
            return SeriesNoise.Of(values, [.. values.Select(_ => 1.0)]);
        })];
        // A jump of three spreads adds 15 of 715 differences at the longest lag; were it noise, that would have twice the scale, and last.
        Assert.Equal(found[0].Scale, found[1].Scale, 0.15);
        Assert.Equal(Covariance(found[0], 10), Covariance(found[1], 10), 0.15);
    }

    private static double Covariance(SeriesNoise noise, int lag) => noise.Scale * noise.Scale * (1 - noise.White) * Math.Pow(noise.Memory, lag);
}
