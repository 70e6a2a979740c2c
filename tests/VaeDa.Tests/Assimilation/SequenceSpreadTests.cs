using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Time;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Runtime;
using VaeDa.Tests.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>Whole sequences with a VAE as the generator: the members' spread against Hamiltonian Monte Carlo over all dates at once.</summary>
[Collection(nameof(UntrainedNetworks))]
public sealed class SequenceSpreadTests
{
    private const int Members = 400;
    private static readonly int[] Counts = [12, 8, 0, 20, 12];
    private static readonly DateTime First = new(2001, 3, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly AssimilationOptions Options = new() { Members = Members, RejectBeyond = double.PositiveInfinity };

    [Fact(Explicit = true)]
    public void Of_a_small_generator_it_is_that_of_Hamiltonian_Monte_Carlo()
    {
        using var generator = new TrainedGenerator(epochs: 8, d => RandomMatrix.SecondOrder(d, seed: 3, least: 0.3));
        DateTime[] times = [.. Counts.Select((_, t) => First.AddDays(t))];
        ObservationTable?[] tables = [.. Counts.Select((n, t) => n == 0 ? null : generator.Observe(n, field: 20 + t, places: 40 + t, times[t]))];
        Compare(generator.Model, times, tables, mostDraws: 600, wellMixed: 1.05);
    }

    [Fact(Explicit = true)]
    public void Of_the_bundled_generator_it_is_that_of_Hamiltonian_Monte_Carlo()
    {
        const int dates = 3;
        using var model = ModelFile.LoadGenerator(Path.Combine(SharedData.RepositoryRoot, "models/speedy-ta.safetensors"));
        using var memory = model.Memory!.WithSampleSize(double.PositiveInfinity);
        using var certain = model.Remembering(memory);
        using var archive = AnomalyArchive.Open(Path.Combine(SharedData.RepositoryRoot, "data/sample"));
        var network = Network.Read(Path.Combine(SharedData.RepositoryRoot, "data/networks/sparse.csv"));
        IFieldSet fields = archive.Part(SplitPart.Test);
        var tables = Enumerable.Range(0, dates).Select(t => PseudoObservations.Make(fields.Read(t), fields.Grid, ["ta"], network, new PseudoObservationSpec { Seed = t, Errors = new Dictionary<string, double> { ["ta"] = 0.5 } }).Table).ToArray();
        Compare(certain, [.. Enumerable.Range(0, dates).Select(fields.TimeOf)], tables, mostDraws: 300, wellMixed: 1.1);
    }

    private static void Compare(GenerativeModel model, DateTime[] times, ObservationTable?[] tables, int mostDraws, double wellMixed)
    {
        var analyses = new Analysis[times.Length];
        using (var sequence = new SequenceAssimilator(model, Options, new AnalysisStep(Frequency.Daily, null), OneByOne))
        {
            sequence.Run(times, tables, 0, times.Length, _ => new MembersInMemory(Members, model.FieldLength), (t, analysis, _) => analyses[t] = analysis!, TestContext.Current.CancellationToken);
        }

        var (sampled, rHat) = ByMonteCarlo(model, times, tables, mostDraws);
        TestContext.Current.SendDiagnosticMessage($"R̂ {rHat:f3}");
        Assert.True(rHat < wellMixed, $"R̂ {rHat:f3}");
        var area = model.Grid.AreaWeights();
        for (var t = 0; t < times.Length; t++)
        {
            var ratio = AreaMean(analyses[t].Spread) / AreaMean(sampled[t].Spread);
            var apart = Math.Sqrt(AreaMean([.. analyses[t].Mean.Zip(sampled[t].Mean, (a, b) => (a - b) * (a - b))])) / AreaMean(sampled[t].Spread);
            TestContext.Current.SendDiagnosticMessage($"date {t}: spread over that of Monte Carlo {ratio:f3}, means apart by {apart:f3} of it");
            Assert.True(ratio is > 0.9 and < 1.1, $"date {t}: {ratio:f3}");
            Assert.True(apart < 0.3, $"date {t}: {apart:f3}");
        }

        double AreaMean(float[] of) => of.Zip(area, (s, a) => (double)s * a).Sum() / area.Sum(a => (double)a);
    }

    private static (Analysis[] Analyses, double RHat) ByMonteCarlo(GenerativeModel model, DateTime[] times, ObservationTable?[] tables, int mostDraws)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var pause = new CollectionPause();
        using var generator = new Generator(1);
        var dates = times.Zip(tables, (time, table) => SequenceDate.Of(model, Options, time, RemainderNoise.Of(Noise.Of(1, time)), table, TestContext.Current.CancellationToken)).ToArray();
        using var prior = new TrajectoryPrior(model.Memory!.Leading(model.LatentSize + model.Prior.ResidualPatterns.Count), times.Length);
        var problem = new TrajectoryProblem(prior, [.. dates.Select(d => d.Problem)], OneByOne);
        var observations = dates.Select(d => d.Problem?.Observations).ToArray();
        var mean = zeros([1, times.Length, prior.Size], float64); // (1, T, d)
        using var curvature = BlockBand.Factor(times.Length, t => dates[t].Information is { } information ? prior.Diagonal(t).add_(information) : prior.Diagonal(t), prior.Below, prior.Second);
        var best = new TrajectorySearch(problem, curvature).Minimise(mean, mean, observations, 0.01, model.LatentSize, foresees: false, TestContext.Current.CancellationToken).X; // (1, T, d)
        var size = times.Length * prior.Size;
        var factor = linalg.cholesky(curvature.Solve(eye(size, dtype: float64).reshape(size, times.Length, prior.Size)).reshape(size, size)); // (T d, T d)
        var chains = HamiltonianMonteCarlo.Sample(size, State, CostAndGradient, Members, generator, pause, TestContext.Current.CancellationToken, mostDraws);
        var states = chains.Thinned(Members).reshape(Members, times.Length, prior.Size); // (M, T, d)
        Analysis[] analyses = [.. dates.Select((date, t) => date.Finish(
            best.select(1, t), 0, (states.select(1, t), date.Problem is null ? null : date.Perturbed(), 0), 0, true, new MembersInMemory(Members, model.FieldLength), 0, TestContext.Current.CancellationToken))];
        Array.ForEach(dates, date => date.Dispose());
        return (analyses, chains.RHat);

        Tensor State(Tensor u) => best.reshape(1, size) + u.matmul(factor.transpose(0, 1)); // (C, T d)

        (Tensor Cost, Tensor Gradient) CostAndGradient(Tensor u)
        {
            var (cost, gradient) = problem.CostAndGradient(State(u).reshape(-1, times.Length, prior.Size), mean, observations);
            return (cost, gradient.reshape(-1, size).matmul(factor));
        }
    }

    private static void OneByOne(int count, Action<int> action)
    {
        for (var i = 0; i < count; i++)
        {
            action(i);
        }
    }
}
