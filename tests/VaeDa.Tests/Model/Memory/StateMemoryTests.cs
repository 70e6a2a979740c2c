using VaeDa.Model.Memory;
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
        Assert.True(memory.Power(0).allclose(eye(4, dtype: float64), 0, 0));
        Assert.True(memory.Power(3).allclose(m.matmul(m).matmul(m), 1e-12, 1e-14));
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
    }
}
