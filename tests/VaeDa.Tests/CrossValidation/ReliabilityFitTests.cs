using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Tests.Assimilation;

namespace VaeDa.Tests.CrossValidation;

public sealed class ReliabilityFitTests
{
    private static readonly InMemoryFields HeldOut = SyntheticFields.Make(100, seed: 8);

    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    [InlineData(1.4)]
    public void An_error_stated_wrong_is_made_right(double stated)
    {
        // EOFs err as they say they do; an error stated wrong has to be inflated back.
        using var world = new LinearWorld();
        using var model = world.Model.With(world.Model.Prior.Inflated([.. Enumerable.Repeat((float)stated, HeldOut.FieldLength())]));
        using var inflated = ReliabilityFit.Of(model, HeldOut, 1);
        Assert.InRange(inflated.GeneratorError.Average() / world.Model.Prior.GeneratorError.Average(), 0.85, 1.15);
    }

    [Fact]
    public void The_same_seed_gives_the_same_inflation()
    {
        using var world = new LinearWorld();
        var few = new FieldSubset(HeldOut, [.. Enumerable.Range(0, 12)]);
        Assert.Equal(Inflated(1), Inflated(1));
        Assert.NotEqual(Inflated(1), Inflated(2));

        float[] Inflated(long seed)
        {
            using var prior = ReliabilityFit.Of(world.Model, few, seed);
            return prior.GeneratorError;
        }
    }

    [Fact]
    public void Gaps_at_random_leave_the_inflation_as_it_is()
    {
        using var world = new LinearWorld();
        using var model = world.Model.With(world.Model.Prior.Inflated([.. Enumerable.Repeat(0.7f, HeldOut.FieldLength())]));
        using var inflated = ReliabilityFit.Of(model, SyntheticFields.WithGaps(HeldOut), 1);
        Assert.InRange(inflated.GeneratorError.Average() / world.Model.Prior.GeneratorError.Average(), 0.85, 1.15);
    }

    [Fact]
    public void Fields_without_values_leave_the_error_as_it_was()
    {
        using var world = new LinearWorld();
        using var same = ReliabilityFit.Of(world.Model, SyntheticFields.Where(HeldOut, (t, x) => t == 0 && x == 5), 1);
        Assert.Equal(world.Model.Prior.GeneratorError, same.GeneratorError);
        Assert.Equal(world.Model.Prior.EffectiveSampleSize, same.EffectiveSampleSize);
    }
}
