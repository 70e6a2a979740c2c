using VaeDa.Archives;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Memory;

namespace VaeDa.Tests.CrossValidation;

public sealed class SequenceReliabilityFitTests
{
    private const double Told = 0.8;
    private static readonly TimeStep Daily = TimeStep.Parse("day");

    [Theory]
    [InlineData(40)]
    [InlineData(400)]
    [InlineData(double.PositiveInfinity)]
    public void N_is_the_one_with_which_errors_are_as_large_as_claimed(double n)
    {
        // Of three densities of networks, in two variables of different units.
        (double Variance, double Sampling)[] claims = [(0.05, 5), (0.2, 20), (0.8, 40), (5000, 500_000), (20_000, 2_000_000)];
        var found = claims.Select(c => new SequenceReliabilityFit.Claim(c.Variance + c.Sampling / n, c.Variance, c.Sampling)).ToList();
        // Infinite, or within the grid's step.
        Assert.InRange(1 / SequenceReliabilityFit.SampleSize(found)!.Value, 0.94 / n, 1.06 / n);
        Assert.Null(SequenceReliabilityFit.SampleSize([]));
    }

    [Fact]
    public void Of_fields_enough_it_is_found_and_the_same_each_time()
    {
        using var model = Model(300);
        var (first, second) = (Found(), Found());
        Assert.NotNull(first);
        Assert.Equal(first, second);

        double? Found()
        {
            using var memory = SequenceReliabilityFit.Of(model, HeldOut(90), Daily, 1, TestContext.Current.CancellationToken);
            return memory.EffectiveSampleSize;
        }
    }

    [Fact]
    public void Of_too_few_fields_there_is_none_of_its_own()
    {
        using var model = Model(300);
        using var memory = SequenceReliabilityFit.Of(model, HeldOut(89), Daily, 1, TestContext.Current.CancellationToken);
        Assert.Null(memory.EffectiveSampleSize);
        Assert.Equal(model.Memory!.Transition.data<double>().ToArray(), memory.Transition.data<double>().ToArray());
    }

    [Fact]
    public void A_model_that_remembers_nothing_is_refused()
    {
        using var model = Model(300);
        using var forgetful = model.Remembering(null);
        Assert.Throws<ArgumentException>(() => SequenceReliabilityFit.Of(forgetful, HeldOut(40), Daily, 1, TestContext.Current.CancellationToken));
    }

    private static GenerativeModel Model(int training) =>
        TestModel.Eof(SyntheticFields.Make(training, seed: 3), HeldOut(300), modes: 12, patterns: false, memory: d => new StateMemory(Told * TorchSharp.torch.eye(d, dtype: TorchSharp.torch.float64), 1 - Told * Told));

    private static InMemoryFields HeldOut(int count) => SyntheticFields.Remembering(count, Told, seed: 8);
}
