using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Memory;

public sealed class TransitionLikelihoodTests
{
    [Fact]
    public void Of_one_number_with_variance_one_the_correlation_is_the_most_likely()
    {
        using var scope = NewDisposeScope();
        // Mean squares are exactly 1, the mean product is exactly 0.6: (1 − r²) r + (c₁ − r)(1 + r²) − … = 0 at r = c₁ alone.
        var first = tensor(new[] { 1.0, 1, -1, -1, 1 }, dtype: float64).unsqueeze(1); // (5, 1)
        var second = tensor(new[] { 1.0, 1, -1, -1, -1 }, dtype: float64).unsqueeze(1); // (5, 1)
        using var likelihood = new TransitionLikelihood(first, second);
        Assert.Equal(0.6, likelihood.Maximum(zeros(1, 1, float64), 0, default).item<double>(), 0.02);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void No_transition_nearby_is_more_likely(double penalty)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var states = SimulatedStates.Of(SimulatedStates.Turning(3), 300, 1); // (300, 6)
        var (first, second) = (states.narrow(0, 0, 299), states.narrow(0, 1, 299));
        using var likelihood = new TransitionLikelihood(first, second);
        var found = likelihood.Maximum(zeros(6, 6, float64), penalty, default); // (6, 6)
        var least = Cost(found);
        for (var i = 0; i < 20; i++)
        {
            Assert.True(Cost(found + 0.05 * randn([6, 6], dtype: float64, generator: generator)) > least - 0.001);
        }

        Assert.True(least < Cost(zeros(6, 6, float64)) - 0.5);

        // As the definition has it, pair by pair.
        double Cost(Tensor m)
        {
            var noise = eye(6, dtype: float64) - m.matmul(m.transpose(0, 1)); // (6, 6)
            if (linalg.eigvalsh(noise).min().item<double>() <= 0)
            {
                return double.PositiveInfinity;
            }

            var q = second - first.matmul(m.transpose(0, 1)); // (299, 6)
            var squares = (q.matmul(linalg.inv(noise)) * q).sum(1).mean(); // ()
            return (0.5 * linalg.cholesky(noise).diagonal().log().sum() * 2 + 0.5 * squares + 0.5 * penalty * (m - diag(m.diagonal())).square().sum()).item<double>();
        }
    }

    [Fact]
    public void What_is_off_the_diagonal_can_be_kept_away()
    {
        using var scope = NewDisposeScope();
        var states = SimulatedStates.Of(SimulatedStates.Turning(2), 500, 3); // (500, 4)
        using var likelihood = new TransitionLikelihood(states.narrow(0, 0, 499), states.narrow(0, 1, 499));
        var found = likelihood.Maximum(zeros(4, 4, float64), 1e4, default); // (4, 4)
        Assert.True((found - diag(found.diagonal())).abs().max().item<double>() < 1e-3);
    }
}
