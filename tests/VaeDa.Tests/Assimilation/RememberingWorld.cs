using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Time;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>
/// EOFs of two variables as the generator, whose states remember, and observations of a history that is drawn from the very model: all is
/// Gaussian. Some dates have no observations, as many as three in a row.
/// </summary>
internal sealed class RememberingWorld : IDisposable
{
    private const double Error = 0.4;
    private static readonly int[] Counts = [24, 15, 0, 30, 0, 0, 0, 18, 0, 0, 20];
    private static readonly DateTime First = new(2001, 1, 28, 12, 0, 0, DateTimeKind.Utc);

    /// <param name="memory">Of d.</param>
    public RememberingWorld(Func<int, StateMemory> memory)
    {
        var fields = SyntheticFields.Make(300, variables: 2);
        Model = TestModel.Eof(fields, SyntheticFields.Make(100, variables: 2, seed: 8), modes: 8, prior: Correlated, memory: memory);
        Times = [.. Enumerable.Range(0, Counts.Length).Select(t => First.AddDays(t))];
        Tables = Observed();
    }

    public GenerativeModel Model { get; }

    public IReadOnlyList<DateTime> Times { get; }

    public IReadOnlyList<ObservationTable?> Tables { get; }

    /// <summary>The analyses of all dates; those of which there are none fail the test.</summary>
    public Analysis[] Assimilate(AssimilationOptions options, IReadOnlyList<ObservationTable?>? tables = null, bool pastOnly = false, GenerativeModel? model = null)
    {
        var analyses = new Analysis[Times.Count];
        using var sequence = new SequenceAssimilator(model ?? Model, options, new AnalysisStep(Frequency.Daily, null), (count, action) =>
        {
            for (var i = 0; i < count; i++)
            {
                action(i);
            }
        }, pastOnly);
        sequence.Run(Times, tables ?? Tables, 0, Times.Count, _ => new MembersInMemory(options.Members, Model.FieldLength), Take, TestContext.Current.CancellationToken);
        return analyses;

        void Take(int date, Analysis? analysis, string? failure)
        {
            Assert.Null(failure);
            analyses[date] = analysis!;
        }
    }

    public void Dispose() => Model.Dispose();

    /// <summary>What the patterns leave of these fields is noise of each cell; here it has a correlation, so that it can be remembered.</summary>
    private static PriorStatistics Correlated(PriorStatistics prior) => new()
    {
        LatentMean = prior.LatentMean,
        LatentVariance = prior.LatentVariance,
        GeneratorError = prior.GeneratorError,
        ResidualPatterns = prior.ResidualPatterns,
        ResidualCorrelation = new SpatialCorrelation { Smoothness = Smoothness.ThreeHalves, Length = 3000, Nugget = 0.2 },
    };

    private ObservationTable?[] Observed()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (random, sizes, k) = (new Random(6), SyntheticFields.Sizes(2), Model.LatentSize);
        using var prior = new TrajectoryPrior(Model.Memory!, Times.Count);
        var states = prior.Draw(randn(1, Times.Count, prior.Size, float64, generator: generator)).squeeze(0); // (T, d)
        return [.. Counts.Select((n, t) => n == 0 ? null : At(n, t))];

        ObservationTable At(int n, int t)
        {
            Observation[] places = [.. Enumerable.Range(0, n).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0)
            {
                Variable = $"x{i % 2}",
                Error = Error * sizes[i % 2],
                Time = Times[t],
            })];
            var h = new ObservationOperator(Model.Grid, ["x0", "x1"], new ObservationTable(places));
            using var residual = ResidualCovariance.Of(Model, h, [.. places.Select((p, i) => new ObservationPlace(EarthPoint.At(p.Latitude, p.Longitude), i % 2))]);
            var draw = residual.DrawAmplitudes(1, Noise.Of(7, Times[t]));
            var z = Model.Prior.LatentMean + Model.Prior.LatentVariance.sqrt() * states[t].narrow(0, 0, k).to(float32).unsqueeze(0); // (1, k)
            var amplitudes = states[t].narrow(0, k, states.shape[1] - k).unsqueeze(0); // (1, m)
            var values = h.Apply(Model.Decode(z)).to(float64) + draw.AtPlaces + residual.AtPlaces(amplitudes - draw.OfPatterns); // (1, n)
            var truth = values.data<double>().ToArray(); // (n)
            return new ObservationTable(places.Select((p, i) => p with { Anomaly = truth[i] + p.Error!.Value * SyntheticFields.Normal(random) }));
        }
    }
}
