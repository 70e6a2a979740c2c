using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Memory;

public sealed class TransitionFitTests
{
    [Fact]
    public void States_of_a_known_transition_give_it_back()
    {
        using var scope = NewDisposeScope();
        var m = SimulatedStates.Turning(3); // (6, 6)
        var fit = Fit(SimulatedStates.Of(m, 5000, 1), SimulatedStates.Of(m, 800, 2))!;
        // Of an element the sampling error is at most 1 / √5000 = 0.014.
        Assert.True((fit.Transition - m).abs().max().item<double>() < 0.06, $"{(fit.Transition - m).abs().max().item<double>()}");
        var left = (eye(6, dtype: float64) - m.matmul(m.transpose(0, 1))).trace().item<double>() / 6;
        Assert.Equal(left, fit.OneStepError, 0.05);
    }

    [Fact]
    public void So_do_states_that_are_larger_or_correlated()
    {
        using var scope = NewDisposeScope();
        var m = SimulatedStates.Turning(2); // (4, 4)
        var scale = 0.7; // as the means of posteriors are, which are smaller than states
        var fit = Fit(scale * SimulatedStates.Of(m, 5000, 3), SimulatedStates.Of(m, 800, 4))!;
        Assert.True((fit.Transition - m).abs().max().item<double>() < 0.06);
    }

    [Theory]
    [InlineData(5, 400, 100)]
    [InlineData(40, 300, 100)]
    [InlineData(60, 50, 30)]
    public void White_noise_has_no_memory(int d, int training, int heldOut)
    {
        using var scope = NewDisposeScope();
        var none = zeros(d, d, float64);
        Assert.All(Enumerable.Range(0, 8), seed => Assert.Null(Fit(SimulatedStates.Of(none, training, 2 * seed), SimulatedStates.Of(none, heldOut, 2 * seed + 1))));
    }

    [Fact]
    public void Few_pairs_tell_at_least_what_each_number_tells_of_itself()
    {
        using var scope = NewDisposeScope();
        var m = 0.8 * eye(40, dtype: float64);
        var fit = Fit(SimulatedStates.Of(m, 70, 5), SimulatedStates.Of(m, 60, 6))!;
        Assert.True(fit.DiagonalShare >= 0.5, $"{fit.DiagonalShare}");
        Assert.InRange(fit.OneStepError, 0.3, 0.5); // 1 − 0.8² = 0.36
    }

    [Fact]
    public void A_forecast_is_never_certain()
    {
        using var scope = NewDisposeScope();
        var angles = arange(600, dtype: float64) * 0.3; // (T)
        var states = Math.Sqrt(2) * stack([angles.cos(), angles.sin()], 1); // (T, 2): what follows is known exactly
        var fit = Fit(states.narrow(0, 0, 400), states.narrow(0, 400, 200))!;
        var noise = eye(2, dtype: float64) - fit.Transition.matmul(fit.Transition.transpose(0, 1)); // (2, 2)
        Assert.True(linalg.eigvalsh(noise).min().item<double>() >= 1e-3);
        using var memory = new StateMemory(fit.Transition, fit.OneStepError);
    }

    [Fact]
    public void Of_too_few_pairs_nothing_is_said()
    {
        using var scope = NewDisposeScope();
        var m = 0.95 * eye(2, dtype: float64);
        Assert.Null(Fit(SimulatedStates.Of(m, 20, 1), SimulatedStates.Of(m, 200, 2)));
        Assert.Null(Fit(SimulatedStates.Of(m, 200, 1), SimulatedStates.Of(m, 20, 2)));
        Assert.Null(TransitionFit.Of(zeros(0, 2, float64), zeros(0, 2, float64), zeros(0, 2, float64), zeros(0, 2, float64)));
    }

    private static TransitionFit? Fit(Tensor training, Tensor heldOut) => TransitionFit.Of(
        training.narrow(0, 0, training.shape[0] - 1), training.narrow(0, 1, training.shape[0] - 1),
        heldOut.narrow(0, 0, heldOut.shape[0] - 1), heldOut.narrow(0, 1, heldOut.shape[0] - 1));
}
