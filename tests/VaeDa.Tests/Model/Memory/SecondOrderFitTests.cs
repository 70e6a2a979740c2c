using VaeDa.Model.Memory;
using VaeDa.Tests.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Memory;

public sealed class SecondOrderFitTests
{
    [Fact]
    public void States_that_two_before_tell_of_give_both_matrices_back()
    {
        using var scope = NewDisposeScope();
        using var memory = RandomMatrix.SecondOrder(5, seed: 4, least: 0.4, most: 0.8);
        var (training, heldOut) = (SimulatedStates.Of(memory, 8000, 1), SimulatedStates.Of(memory, 2000, 2)); // (T, d)
        var fit = SecondOrderFit.Of(memory.Transition, Triples(training), Triples(heldOut))!;
        // Of an element the sampling error is about 1 / √8000 = 0.011, times what the roots make of it.
        Assert.True((fit.Second - memory.Second!).abs().max().item<double>() < 0.08, $"{(fit.Second - memory.Second!).abs().max().item<double>()}");
        Assert.Equal(memory.Noise(withSecond: true).trace().item<double>() / 5, fit.OneStepError, 0.03);
        using var found = new StateMemory(memory.Transition.clone(), fit.OneStepError, second: fit.Second);
    }

    [Fact]
    public void Where_one_state_tells_all_there_is_none()
    {
        using var scope = NewDisposeScope();
        var m = SimulatedStates.Turning(3); // (6, 6)
        Assert.All(Enumerable.Range(0, 4), seed => Assert.Null(SecondOrderFit.Of(m, Triples(SimulatedStates.Of(m, 2000, 2 * seed)), Triples(SimulatedStates.Of(m, 500, 2 * seed + 1)))));
        Assert.Null(SecondOrderFit.Of(m, zeros([3, 0, 6], float64), zeros([3, 0, 6], float64)));
    }

    private static Tensor Triples(Tensor states) => stack([.. Enumerable.Range(0, 3).Select(n => states.narrow(0, n, states.shape[0] - 2))]); // (3, P, d)
}
