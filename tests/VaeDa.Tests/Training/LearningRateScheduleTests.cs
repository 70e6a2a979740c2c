using VaeDa.Training;

namespace VaeDa.Tests.Training;

public sealed class LearningRateScheduleTests
{
    private readonly LearningRateSchedule _schedule = new(Highest: 0.4, WarmUpSteps: 10, TotalSteps: 110);

    [Theory]
    [InlineData(0, 0.04)]
    [InlineData(4, 0.2)]
    [InlineData(9, 0.4)]
    [InlineData(10, 0.4)]
    [InlineData(35, 0.4 * (0.01 + 0.99 * 0.853553390593))] // a quarter of the way: (1 + √½) / 2
    [InlineData(60, 0.4 * 0.505)]
    [InlineData(110, 0.004)]
    [InlineData(500, 0.004)]
    public void It_rises_in_a_line_and_falls_by_half_a_cosine_to_a_hundredth(long step, double rate) => Assert.Equal(rate, _schedule.At(step), 1e-9);
}
