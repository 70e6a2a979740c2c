using TorchSharp;
using VaeDa.Assimilation.Ensemble;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Ensemble;

public sealed class MarkovChainsTests : IDisposable
{
    private const int T = 400;
    private const int C = 8;
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(-0.4)]
    public void The_effective_size_of_autoregressive_chains_is_that_of_the_theory(double phi)
    {
        // AR(1): Σ ρ over all lags is (1 + φ) / (1 − φ).
        var size = MarkovChains.SplitEffectiveSize(Autoregressive(phi, 50)).mean().item<double>();
        var expected = T * C * (1 - phi) / (1 + phi);
        Assert.InRange(size / expected, 0.8, 1.2);
    }

    [Fact]
    public void R_hat_is_1_for_independent_draws()
    {
        var rHat = MarkovChains.SplitRHat(Autoregressive(0, 50)); // (q)
        Assert.InRange(rHat.min().item<double>(), 0.99, 1.01);
        Assert.InRange(rHat.max().item<double>(), 0.99, 1.01);
    }

    [Fact]
    public void A_chain_that_is_elsewhere_or_wider_or_drifts_shows()
    {
        var chains = Autoregressive(0, 2);
        Assert.True(Of(chains).RHat < 1.02);
        var elsewhere = chains.clone();
        elsewhere.select(1, 3).add_(2);
        Assert.True(Of(elsewhere).RHat > 1.05);
        var wider = chains.clone();
        wider.select(1, 3).mul_(4);
        Assert.True(Of(wider).RHat > 1.05);
        Assert.True(Of(chains + linspace(-1, 1, T, float64).reshape(T, 1, 1)).RHat > 1.05);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(1000)]
    [InlineData(T * C)]
    public void Thinned_draws_are_distinct_and_from_all_chains_and_times(int members)
    {
        var draws = arange(T * C, float64).reshape(T, C, 1);
        var thinned = Of(draws).Thinned(members).flatten().data<double>().Select(d => (int)d).ToArray();
        Assert.Equal(members, thinned.Distinct().Count());
        Assert.Equal(Math.Min(members, C), thinned.Select(d => d % C).Distinct().Count());
        Assert.InRange(thinned.Average(d => d / C), 0.4 * T, 0.6 * T);
    }

    public void Dispose() => _scope.Dispose();

    private static MarkovChains Of(Tensor draws) => MarkovChains.Of(draws, 1, 1, 1);

    /// <returns>(T, C, q), variance 1.</returns>
    private static Tensor Autoregressive(double phi, int q)
    {
        using var generator = new Generator(3);
        var noise = randn([T, C, q], float64, generator: generator);
        var x = noise[0];
        var all = new List<Tensor> { x };
        for (var t = 1; t < T; t++)
        {
            x = phi * x + Math.Sqrt(1 - phi * phi) * noise[t];
            all.Add(x);
        }

        return stack(all);
    }
}
