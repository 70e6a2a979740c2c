using VaeDa.Assimilation;
using VaeDa.CrossValidation;
using VaeDa.Observations;
using VaeDa.Tests.Assimilation;

namespace VaeDa.Tests.CrossValidation;

[Collection(nameof(UntrainedNetworks))]
public sealed class NonlinearLeaveOneOutTests
{
    [Fact]
    public void A_generator_that_bends_is_linearised_until_the_prediction_is_that_of_the_most_probable_state()
    {
        using var world = new UntrainedGenerator(4, gain: 20);
        bool[] withheld = [.. Enumerable.Range(0, world.Table.Count).Select(i => i % 4 == 1)];
        var found = LeaveOneOut.Of(world.Model, world.Table, withheld, new Dictionary<string, double>(), double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken);

        var used = world.Table.Select(Enumerable.Range(0, world.Table.Count).Where(i => !withheld[i]));
        var field = new Assimilator(world.Model, new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity }).Run(used).MostProbable;
        var analysed = new ObservationOperator(world.Model.Grid, ["x0", "x1"], world.Table).Apply(field);
        var misses = found.Predictions.Where(p => p.Use == PointUse.Withheld).Select(p => (p.Anomaly - analysed[p.Row]) / world.Table.Error[p.Row]!.Value).ToArray();
        Assert.Equal(10, misses.Length);
        // 0.5 after one linearisation.
        Assert.InRange(Math.Sqrt(misses.Average(m => m * m)), 0, 0.3);
    }
}
