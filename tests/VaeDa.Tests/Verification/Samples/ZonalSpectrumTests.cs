using VaeDa.Fields.Grids;
using VaeDa.Verification.Samples;
using static TorchSharp.torch;

namespace VaeDa.Tests.Verification.Samples;

public sealed class ZonalSpectrumTests
{
    private static readonly Grid Globe = SyntheticFields.Grid(4, 24);
    private static readonly Grid Region = new([50, 45, 40], [.. Enumerable.Range(0, 17).Select(j => 2.0 * j)]);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    public void A_wave_has_half_its_squared_amplitude_in_its_own_number(int wave)
    {
        var power = Power(Globe, j => 3 * Math.Cos(2 * Math.PI * wave * j / 24 + 0.7) + 2);
        Assert.Equal(13, power.Length);
        Assert.Equal(4, power[0], 1e-10); // the mean, 2
        Assert.Equal(4.5, power[wave], 1e-10);
        Assert.Equal(8.5, power.Sum(), 1e-10);
    }

    [Fact]
    public void The_shortest_wave_of_an_even_row_is_whole() => Assert.Equal(9, Power(Globe, j => j % 2 == 0 ? 3 : -3)[12], 1e-10);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public void In_a_region_a_wave_is_so_many_half_wavelengths(int wave)
    {
        var power = Power(Region, j => 3 * Math.Cos(Math.PI * wave * (j + 0.5) / 17));
        Assert.Equal(17, power.Length);
        Assert.Equal(4.5, power[wave], 1e-10);
        Assert.Equal(4.5, power.Sum(), 1e-10);
    }

    [Fact]
    public void A_trend_across_a_region_stays_in_the_long_waves()
    {
        var power = Power(Region, j => j);
        Assert.True(power.Skip(4).Sum() < 0.002 * power.Skip(1).Sum());
    }

    [Fact]
    public void White_noise_is_flat_and_all_of_its_variance_is_there()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        foreach (var grid in new[] { Globe, Region })
        {
            var noise = 2 * randn([4000, grid.Height, grid.Width], float64, generator: generator);
            var power = ZonalSpectrum.Of(noise, grid); // (4000, H, M + 1)
            Assert.Equal(0, (power.sum(-1) - noise.square().mean([-1])).abs().max().item<double>(), 1e-9);
            var mean = power.mean([0, 1]).data<double>().ToArray(); // (M + 1)
            var expected = grid.IsPeriodic ? 2 * 4.0 / grid.Width : 4.0 / grid.Width; // two phases, or one
            Assert.All(mean[1..^1], p => Assert.Equal(1, p / expected, 0.05));
        }
    }

    [Fact]
    public void A_row_with_a_gap_has_no_spectrum_and_the_others_keep_theirs()
    {
        using var scope = NewDisposeScope();
        var fields = ones(1, 4, 24);
        fields[0, 2, 5] = float.NaN;
        var whole = ZonalSpectrum.Of(fields, Globe).isfinite().all(-1).data<bool>().ToArray();
        Assert.Equal([true, true, false, true], whole);
    }

    private static double[] Power(Grid grid, Func<int, double> row)
    {
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, grid.Width).Select(row).ToArray();
        return ZonalSpectrum.Of(tensor(values), grid).data<double>().ToArray();
    }
}
