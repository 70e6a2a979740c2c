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

    [Fact]
    public void Covariances_of_few_fields_are_worth_few()
    {
        var (ofFew, ofMany) = (Found(40), Found(1000));
        Assert.InRange(ofFew, 1, 200);
        Assert.True(ofMany > 4 * ofFew, $"{ofFew} and {ofMany}");
    }

    [Fact]
    public void Of_too_few_fields_there_is_none_of_its_own()
    {
        using var model = Model(300);
        using var memory = SequenceReliabilityFit.Of(model, HeldOut(9), Daily, 1, TestContext.Current.CancellationToken);
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

    private static double Found(int training)
    {
        using var model = Model(training);
        using var memory = SequenceReliabilityFit.Of(model, HeldOut(600), Daily, 1, TestContext.Current.CancellationToken);
        return memory.EffectiveSampleSize!.Value;
    }

    private static GenerativeModel Model(int training) =>
        TestModel.Eof(SyntheticFields.Make(training, seed: 3), HeldOut(300), modes: 12, patterns: false, memory: d => new StateMemory(Told * TorchSharp.torch.eye(d, dtype: TorchSharp.torch.float64), 1 - Told * Told));

    private static InMemoryFields HeldOut(int count) => SyntheticFields.Remembering(count, Told, seed: 8);
}
