using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Time;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Observations;
using VaeDa.Reanalysis.Dates;
using VaeDa.Tests.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Reanalysis.Dates;

/// <summary>Two months of a model whose states last for some days, with few observations: what blocks of the calendar do to it.</summary>
[Collection(nameof(OneThread))]
public sealed class SeamTests : IDisposable
{
    private const int Dates = 60;
    private const int PerDate = 4;
    private const int Members = 30;
    private static readonly AssimilationOptions Options = new() { Members = Members };

    private readonly GenerativeModel _model;
    private readonly ObservationTable[] _observations;
    private readonly float[] _deviation; // (N)

    public SeamTests()
    {
        var fields = SyntheticFields.Make(200, variables: 2);
        // Eight tenths of each number of a state, and a little of others.
        _model = TestModel.Eof(fields, SyntheticFields.Make(60, variables: 2, seed: 8), 6, memory: d => new StateMemory(0.8 * eye(d, dtype: float64) + RandomMatrix.Transition(d, seed: 4, most: 0.15), 0.5, 0.4));
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var (random, sizes, k) = (new Random(3), SyntheticFields.Sizes(2), _model.LatentSize);
        using var prior = new TrajectoryPrior(_model.Memory!, Dates);
        var states = prior.Draw(randn(1, Dates, prior.Size, float64, generator: generator)).squeeze(0).to(float32); // (T, d)
        var truths = _model.Decode(_model.Prior.LatentMean + _model.Prior.LatentVariance.sqrt() * states.narrow(1, 0, k))
            + states.narrow(1, k, states.shape[1] - k).matmul(_model.Prior.ResidualPatterns.Whole()); // (T, N)
        _deviation = truths.std(0).data<float>().ToArray();
        _observations = [.. Enumerable.Range(0, Dates).Select(t =>
        {
            Observation[] places = [.. Enumerable.Range(0, PerDate).Select(i => new Observation(random.NextDouble() * 170 - 85, random.NextDouble() * 359, 0)
            {
                Variable = $"x{i % 2}",
                Error = 0.5 * sizes[i % 2],
                Time = new DateTime(2001, 1, 16, 0, 0, 0, DateTimeKind.Utc).AddDays(t),
            })];
            var values = new ObservationOperator(_model.Grid, ["x0", "x1"], new ObservationTable(places)).Apply(truths[t].data<float>().ToArray());
            return new ObservationTable(places.Select((p, i) => p with { Anomaly = values[i] + p.Error!.Value * SyntheticFields.Normal(random) }));
        })];
    }

    public void Dispose() => _model.Dispose();

    /// <param name="gap">Days on either side of the first of March that have no observations.</param>
    /// <param name="memory">What dates know of each other.</param>
    [Theory]
    [InlineData(0, MemoryUse.Smoother)]
    [InlineData(6, MemoryUse.Smoother)]
    [InlineData(0, MemoryUse.Filter)]
    public void Blocks_meet_without_a_seam(int gap, MemoryUse memory)
    {
        using var scope = NewDisposeScope();
        var observations = new ObservationsInMemory([.. _observations.Where((_, t) => t < 44 - gap || t >= 44 + gap)]);
        var dates = ReanalysisDates.EachStep(observations.Times, AnalysisStep.Of(null), 0);
        var (blocks, whole) = (Blocks(dates, observations, memory), Whole(dates, observations, memory)); // (T, M, N)
        // February begins on the seventeenth date, March on the forty-fifth.
        int[] edges = [15, 43];
        var jumps = (blocks.narrow(0, 1, Dates - 1) - blocks.narrow(0, 0, Dates - 1)).square().mean([1, 2]).sqrt().data<float>().ToArray(); // (T − 1)
        var inside = jumps.Where((_, t) => !edges.Contains(t)).ToArray();
        Assert.All(edges, edge => Assert.InRange(jumps[edge], inside.Min(), inside.Max()));
        // Members are the histories that they would be without blocks.
        var spread = (whole - whole.mean([1], keepdim: true)).square().mean().sqrt().item<float>();
        var change = (blocks - whole).square().mean([1, 2]).sqrt().data<float>().ToArray(); // (T)
        Assert.True(change.Max() < 0.1 * spread, $"members differ by up to {change.Max():g3}, and spread by {spread:g3}");
    }

    /// <summary>Members of all dates, standardised, by blocks, (T, M, N).</summary>
    private Tensor Blocks(ReanalysisDates dates, ObservationsInMemory observations, MemoryUse memory)
    {
        using var workers = new DateWorkers(_model, Options, 2);
        using var block = new SequenceBlock(_model, Options, new AnalysisStep(Frequency.Daily, null), dates, observations, workers, memory);
        var members = new Tensor[Dates];
        foreach (var (first, count) in ((int, int)[])[(0, 16), (16, 28), (44, 16)])
        {
            block.Run(first, count, (i, outcome) => members[first + i] = Standardised(outcome.Analysis!), TestContext.Current.CancellationToken);
        }

        return stack(members);
    }

    /// <summary>The same of one sequence.</summary>
    private Tensor Whole(ReanalysisDates dates, ObservationsInMemory observations, MemoryUse memory)
    {
        var members = new Tensor[Dates];
        using var sequence = new SequenceAssimilator(_model, Options, new AnalysisStep(Frequency.Daily, null), OneByOne, memory == MemoryUse.Filter);
        sequence.Run(
            dates.Times, dates.Read(observations, 0, Dates), 0, Dates,
            _ => new MembersInMemory(Members, _model.FieldLength), (t, analysis, _) => members[t] = Standardised(analysis!), TestContext.Current.CancellationToken);
        return stack(members);

        static void OneByOne(int number, Action<int> action)
        {
            for (var i = 0; i < number; i++)
            {
                action(i);
            }
        }
    }

    private Tensor Standardised(Analysis analysis)
    {
        using var scope = NewDisposeScope();
        return (stack([.. analysis.Members.Select(m => tensor(m))]) / tensor(_deviation)).DetachFromDisposeScope(); // (M, N)
    }
}
