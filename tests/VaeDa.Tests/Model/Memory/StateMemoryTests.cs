using VaeDa.Model.Memory;
using VaeDa.Tests.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Memory;

public sealed class StateMemoryTests
{
    [Fact]
    public void Several_steps_are_a_power()
    {
        using var scope = NewDisposeScope();
        var m = SimulatedStates.Turning(2);
        using var memory = new StateMemory(m.clone(), 0.3);
        Assert.True(memory.Covariance(0).allclose(eye(4, dtype: float64), 0, 0));
        Assert.True(memory.Covariance(3).allclose(m.matmul(m).matmul(m), 1e-12, 1e-14));
    }

    [Fact]
    public void With_two_states_covariances_are_those_of_the_forecasts()
    {
        using var scope = NewDisposeScope();
        using var memory = RandomMatrix.SecondOrder(4, seed: 3, least: 0.3);
        var (r1, r2) = (memory.Covariance(1), memory.Covariance(2)); // (d, d) each
        Assert.True(r1.Equals(memory.Transition));
        // Of states and forecasts: ⟨s(t+2) s(t+1)ᵀ⟩ = A + B Mᵀ = M, ⟨s(t+2) s(t)ᵀ⟩ = A M + B.
        var (a, b) = memory.Weights();
        Assert.True((a + b!.matmul(r1.transpose(0, 1))).allclose(r1, 0, 1e-12));
        Assert.True((a.matmul(r1) + b).allclose(r2, 0, 1e-12));
        // What is left of the variance I.
        Assert.True((a.matmul(r1.transpose(0, 1)) + b.matmul(r2.transpose(0, 1)) + memory.Noise(withSecond: true)).allclose(eye(4, dtype: float64), 0, 1e-12));
        // Three steps ahead of two states, one step after another.
        var (last, before) = (randn(2, 4, float64), randn(2, 4, float64)); // (S, d)
        var next = memory.Ahead(last, before, 1); // (S, d)
        Assert.True(memory.Ahead(last, before, 3).allclose(memory.Ahead(memory.Ahead(next, last, 1), next, 1), 1e-12, 1e-14));
        // Of one state alone what it tells by itself.
        Assert.True(memory.Ahead(last, null, 1).allclose(last.matmul(r1.transpose(0, 1)), 1e-12, 1e-14));
        Assert.True(memory.Ahead(last, null, 2).allclose(last.matmul(r2.transpose(0, 1)), 1e-12, 1e-14));
    }

    [Fact]
    public void Its_leading_numbers_have_the_same_covariances_over_two_steps()
    {
        using var scope = NewDisposeScope();
        using var memory = RandomMatrix.SecondOrder(5, seed: 6, least: 0.3);
        using var leading = memory.Leading(3);
        Assert.True(leading.Covariance(1).allclose(memory.Covariance(1).narrow(0, 0, 3).narrow(1, 0, 3), 0, 1e-12));
        Assert.True(leading.Covariance(2).allclose(memory.Covariance(2).narrow(0, 0, 3).narrow(1, 0, 3), 0, 1e-12));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.09, 1)]
    [InlineData(0.5, 4)] // 0.25⁴ < 0.01 < 0.25³
    [InlineData(0.99, 230)]
    public void A_state_is_forgotten_when_a_hundredth_of_the_variance_is_left(double size, int steps)
    {
        using var memory = new StateMemory(size * eye(3, dtype: float64), 1);
        Assert.Equal(steps, memory.Steps);
    }

    [Fact]
    public void What_is_no_transition_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("(2, 3) is not square", Assert.Throws<ArgumentException>(() => new StateMemory(zeros(2, 3, float64), 1)).Message);
        Assert.Contains("more from the variance", Assert.Throws<ArgumentException>(() => new StateMemory(1.01 * eye(2, dtype: float64), 1)).Message);
        Assert.Contains("more from the variance", Assert.Throws<ArgumentException>(() => new StateMemory(0.5 * eye(2, dtype: float64), 1, second: 1.01 * eye(2, dtype: float64))).Message);
        Assert.Contains("(3, 3) does not go with", Assert.Throws<ArgumentException>(() => new StateMemory(0.5 * eye(2, dtype: float64), 1, second: zeros(3, 3, float64))).Message);
    }
}
