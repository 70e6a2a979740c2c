using VaeDa.Archives;
using VaeDa.Verification;

namespace VaeDa.Tests.Verification;

public sealed class BaselinesTests
{
    [Fact]
    public void Rivals_of_EOFs_remember_what_the_fields_do()
    {
        const double memory = 0.8;
        var (training, validation) = (SyntheticFields.Remembering(600, memory, noise: 0.05), SyntheticFields.Remembering(300, memory, noise: 0.05, seed: 8));
        using var model = TestModel.Eof(training, validation, 6);
        using var rivals = Baselines.For(model, training, validation, TimeStep.Parse("day"), TestContext.Current.CancellationToken);
        Assert.Null(rivals.Kriging.Memory);
        Assert.All([rivals.EofInterpolation, rivals.EofWithResidual, rivals.EofWithPatterns], rival =>
        {
            Assert.Equal(rival.LatentSize + rival.Prior.ResidualPatterns.Count, rival.Memory!.Transition.shape[0]);
            // Some patterns are of noise, and are new each day.
            Assert.InRange(rival.Memory.OneStepError, 0.8 * (1 - memory * memory), rival.Prior.ResidualPatterns.Count == 0 ? 1.3 * (1 - memory * memory) : 0.75);
        });
        Assert.NotEqual(0, rivals.EofWithPatterns.Prior.ResidualPatterns.Count);
    }

    [Fact]
    public void Where_none_is_asked_for_or_the_fields_have_none_rivals_remember_nothing()
    {
        var (training, validation) = (SyntheticFields.Make(300), SyntheticFields.Make(100, seed: 8));
        using var model = TestModel.Eof(training, validation, 6);
        Assert.All([null, TimeStep.Parse("day")], step =>
        {
            using var rivals = Baselines.For(model, training, validation, step, TestContext.Current.CancellationToken);
            Assert.All([rivals.EofInterpolation, rivals.EofWithResidual, rivals.EofWithPatterns], rival => Assert.Null(rival.Memory));
        });
    }
}
