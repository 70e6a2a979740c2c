using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Tests.Model.Memory;
using VaeDa.Verification;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

public sealed class MemoryEstimatorTests
{
    private const int Waves = 4;
    private static readonly TimeStep Daily = TimeStep.Parse("day");
    private static readonly DateTime Start = new(2001, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void The_dynamics_of_fields_are_those_of_the_states()
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = (Fields(1200, 1), Fields(400, 2));
        using var model = TestModel.Eof(training, heldOut, Waves);
        var (memory, description) = MemoryEstimator.Of(model, training, heldOut, Daily, TestContext.Current.CancellationToken);
        using var owned = memory;
        Assert.Equal((1199, 399), (description!.TrainingPairs, description.HeldOutPairs));
        // The latents are the waves' amplitudes, but for order, sign and turns: these keep singular values.
        var latents = linalg.svdvals(memory!.Transition.narrow(0, 0, Waves).narrow(1, 0, Waves)); // (k)
        Assert.True(latents.allclose(linalg.svdvals(SimulatedStates.Turning(Waves / 2)), 0, 0.08), latents.ToString(TorchSharp.TensorStringStyle.Julia));
        Assert.Equal(memory.Steps, description.Steps);
    }

    [Fact]
    public void Across_gaps_in_time_nothing_follows()
    {
        using var scope = NewDisposeScope();
        // Of each ten days three are missing; were they taken for neighbours, a seventh of the pairs would be four days apart.
        int[] there = [.. Enumerable.Range(0, 2000).Where(t => t % 10 < 7)];
        IFieldSet training = new FieldSubset(Fields(2000, 3), there);
        var heldOut = Fields(400, 4);
        using var model = TestModel.Eof(training, heldOut, Waves);
        var (memory, description) = MemoryEstimator.Of(model, training, heldOut, Daily, TestContext.Current.CancellationToken);
        using var owned = memory;
        Assert.Equal(1200, description!.TrainingPairs);
        var latents = linalg.svdvals(memory!.Transition.narrow(0, 0, Waves).narrow(1, 0, Waves)); // (k)
        Assert.True(latents.allclose(linalg.svdvals(SimulatedStates.Turning(Waves / 2)), 0, 0.08));
    }

    [Fact]
    public void Fields_that_do_not_follow_each_other_give_none()
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = (SyntheticFields.Make(400, variables: 2, seed: 1), SyntheticFields.Make(150, variables: 2, seed: 2));
        using var model = TestModel.Eof(training, heldOut, Waves);
        Assert.Equal((null, null), MemoryEstimator.Of(model, training, heldOut, Daily, TestContext.Current.CancellationToken));
        // Nor do those that are never a step apart.
        Assert.Null(MemoryEstimator.Of(model, Fields(400, 7), Fields(150, 8), TimeStep.Parse("6h"), TestContext.Current.CancellationToken).Memory);
    }

    [Fact]
    public void Forecasts_beat_persistence_and_end_at_climatology()
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = (Fields(1200, 5), Fields(400, 6));
        using var model = TestModel.Eof(training, heldOut, Waves);
        var (memory, _) = MemoryEstimator.Of(model, training, heldOut, Daily, TestContext.Current.CancellationToken);
        using var owned = memory;
        using var remembering = model.Remembering(memory);
        var errors = ForecastValidation.Of(remembering, training, heldOut, Daily, TestContext.Current.CancellationToken);
        Assert.Equal(from v in SyntheticFields.Variables(2) from n in Enumerable.Range(1, 10) select (v.Name, n), errors.Select(e => (e.Variable, e.Step)));
        Assert.Equal(Enumerable.Range(1, 10).Select(n => 400 - n), errors.Take(10).Select(e => e.Fields));
        foreach (var ofVariable in errors.GroupBy(e => e.Variable))
        {
            var (first, last) = (ofVariable.First(), ofVariable.Last());
            Assert.True(first.Forecast < 0.8 * first.DampedPersistence && first.DampedPersistence < first.Persistence, $"{first}");
            Assert.Equal(1, last.Forecast / last.Climatology, 0.1);
        }

        // Units apart, the two variables are of the same waves.
        Assert.Equal(SyntheticFields.Sizes(2)[1], errors[10].Climatology / errors[0].Climatology, 0.15 * SyntheticFields.Sizes(2)[1]);
    }

    [Fact]
    public void Amplitudes_of_patterns_are_found_from_a_field_and_from_one_with_gaps()
    {
        using var scope = NewDisposeScope();
        var fields = SyntheticFields.Make(300, noise: 0.1);
        using var model = TestModel.Eof(fields, fields, 5);
        var m = model.Prior.ResidualPatterns.Count;
        Assert.True(m > 3);
        using var random = new Generator(1);
        var (z, a) = (randn(20, 5, generator: random), randn(20, m, generator: random)); // (B, k), (B, m)
        var made = (model.Decode(model.Prior.LatentMean + z * model.Prior.LatentVariance.sqrt()) + a.matmul(model.Prior.ResidualPatterns.Whole())).split(1); // B of (1, N)
        var exact = new InMemoryFields(fields.Grid, fields.Variables, [.. made.Select(x => x.data<float>().ToArray())]);
        var expected = cat([z, a], 1).to(float64); // (B, d)
        using var states = EncodedStates.Of(model, exact, TestContext.Current.CancellationToken);
        // Latents to rounding, amplitudes a little smaller, as posterior means are.
        Assert.True(states.Values.narrow(1, 0, 5).allclose(expected.narrow(1, 0, 5), 1e-3, 1e-3));
        Assert.True(Correlation(states.Values.narrow(1, 5, m), expected.narrow(1, 5, m)) > 0.9);
        using var gappy = EncodedStates.Of(model, SyntheticFields.WithGaps(exact, 0.1), TestContext.Current.CancellationToken);
        Assert.True(Correlation(gappy.Values.narrow(1, 0, 5), expected.narrow(1, 0, 5)) > 0.95);
    }

    private static double Correlation(Tensor x, Tensor y) => ((x * y).sum() / (x.norm() * y.norm())).item<double>();

    /// <summary>Two variables of some waves, whose amplitudes turn into each other and fade.</summary>
    private static InMemoryFields Fields(int count, int seed)
    {
        using var scope = NewDisposeScope();
        var grid = SyntheticFields.Grid();
        var random = new Random(seed);
        var amplitudes = SimulatedStates.Of(SimulatedStates.Turning(Waves / 2), count, seed); // (T, waves)
        var patterns = tensor(SyntheticFields.Sizes(2).SelectMany((size, v) => Enumerable.Range(0, grid.Cells).SelectMany(x => Enumerable.Range(0, Waves).Select(w =>
            size * 2 * Math.Cos((w / 2 + 1) * grid.LongitudeOf(x) * Math.PI / 180 + w % 2 * Math.PI / 2 + v) * Math.Cos(grid.LatitudeOf(x) * Math.PI / 180)))).ToArray(), [2 * grid.Cells, Waves]); // (N, waves)
        var values = amplitudes.matmul(patterns.transpose(0, 1)); // (T, N)
        return new InMemoryFields(
            grid,
            SyntheticFields.Variables(2),
            [.. Enumerable.Range(0, count).Select(t => values[t].data<double>().Select((x, i) => (float)(x + 0.1 * SyntheticFields.Sizes(2)[i / grid.Cells] * SyntheticFields.Normal(random))).ToArray())],
            [.. Enumerable.Range(0, count).Select(t => Start.AddDays(t))]);
    }
}
