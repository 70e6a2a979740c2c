using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Linear;

public sealed class GapFillingTests
{
    [Fact]
    public void What_is_missing_is_its_conditional_mean()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (p, mean, noise) = (randn(3, 20, generator: generator) * tensor([3f, 1, 0.2f]).unsqueeze(1), randn(20, generator: generator), 0.5); // (k, N), (N)
        var x = randn(6, 20, generator: generator); // (B, N)
        var area = rand(20, generator: generator) + 0.5; // (N)
        var present = rand([6, 20], generator: generator).gt(0.4); // (B, N)
        var filled = GapFilling.Fill(x.masked_fill(~present, 0), area * present, mean, p, noise); // (B, N)
        // The Gaussian formula, with a variance of e that is larger in smaller cells.
        var covariance = (p.transpose(0, 1).matmul(p) + diag(noise / area)).to(float64); // (N, N)
        for (var b = 0; b < 6; b++)
        {
            var (known, gaps) = (present[b].nonzero().flatten(), (~present[b]).nonzero().flatten());
            var gain = linalg.solve(covariance.index_select(0, known).index_select(1, known), covariance.index_select(0, known).index_select(1, gaps)); // (n, g)
            var expected = mean.index_select(0, gaps) + (x[b] - mean).index_select(0, known).to(float64).matmul(gain); // (g)
            Assert.True(filled[b].index_select(0, gaps).to(float64).allclose(expected, 1e-3, 1e-3));
            Assert.True(filled[b].index_select(0, known).eq(x[b].index_select(0, known)).all().item<bool>());
        }
    }

    [Fact]
    public void Cells_that_no_pattern_reaches_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var p = randn(3, 20, generator: generator); // (k, N)
        p.narrow(1, 5, 5).zero_();
        var weights = ones(20); // (N)
        weights.narrow(0, 5, 5).zero_();
        var x = randn(4, 20, generator: generator); // (B, N)
        Assert.True(GapFilling.Fill(x, weights.expand_as(x), ones(20), p, 0.1).eq(x).all().item<bool>());
        Assert.True(GapFilling.Fill(x, ones(1, 20), ones(20), p, 0.1).eq(x).all().item<bool>());
    }
}
