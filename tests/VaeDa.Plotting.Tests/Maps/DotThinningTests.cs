using FsCheck.Xunit;
using ScottPlot;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Maps;

public sealed class DotThinningTests
{
    [Property]
    public void No_two_are_too_near_and_each_that_is_gone_has_one_near_it_that_stays(byte[] across, byte[] down, byte distance)
    {
        var least = 1 + distance % 40;
        var pixels = across.Zip(down, (x, y) => new Pixel(x, y)).ToArray();
        var kept = DotThinning.Of(pixels, least);
        double Between(int a, int b) => Math.Sqrt(Math.Pow(pixels[a].X - pixels[b].X, 2) + Math.Pow(pixels[a].Y - pixels[b].Y, 2));
        Assert.Equal(kept.Order().Distinct(), kept);
        Assert.All(kept, a => Assert.All(kept, b => Assert.True(a == b || Between(a, b) >= least)));
        Assert.All(Enumerable.Range(0, pixels.Length).Except(kept), gone => Assert.Contains(kept, stays => stays < gone && Between(stays, gone) < least));
    }
}
