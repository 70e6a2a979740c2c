using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Time;
using VaeDa.Model.Memory;
using VaeDa.Observations;
using VaeDa.Tests.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>A VAE as the generator: a whole sequence's J has no closed form, and is compared with what a slow, plain search makes of it.</summary>
[Collection(nameof(UntrainedNetworks))]
public sealed class NonlinearSequenceTests : IDisposable
{
    private const int AdamSteps = 1000;
    private static readonly int[] Counts = [12, 8, 0, 20, 12];
    private static readonly AssimilationOptions Options = new() { Members = 0, RejectBeyond = double.PositiveInfinity };

    private readonly TrainedGenerator _generator = new(epochs: 2, d => RandomMatrix.SecondOrder(d, seed: 3, least: 0.3));
    private readonly DateTime[] _times = [.. Counts.Select((_, t) => new DateTime(2001, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(t))];
    private readonly ObservationTable?[] _tables;

    public NonlinearSequenceTests() => _tables = [.. Counts.Select((n, t) => n == 0 ? null : _generator.Observe(n, field: 20 + t, places: 40 + t, _times[t]))];

    public void Dispose() => _generator.Dispose();

    [Fact]
    public void A_thousand_steps_of_Adam_find_no_lower_J()
    {
        var analyses = new Analysis[Counts.Length];
        using var sequence = new SequenceAssimilator(_generator.Model, Options, new AnalysisStep(Frequency.Daily, null), OneByOne);
        sequence.Run(
            _times, _tables, 0, Counts.Length, _ => new MembersInMemory(0, _generator.Model.FieldLength), (t, analysis, _) => analyses[t] = analysis!, TestContext.Current.CancellationToken);
        Assert.All(analyses, a => Assert.True(a.Diagnostics.Converged));
        var found = analyses.Sum(a => a.Diagnostics.Cost);
        var byAdam = ByAdam();
        Assert.True(found <= byAdam + 1e-3, $"J {found:f4}, by Adam {byAdam:f4}");
        // Were Adam lost, this test would show nothing.
        Assert.True(byAdam < 1.05 * found, $"J {found:f4}, by Adam {byAdam:f4}");
    }

    private double ByAdam()
    {
        const double rate = 0.1, first = 0.9, second = 0.999;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var dates = _times.Zip(_tables, (time, table) => SequenceDate.Of(_generator.Model, Options, time, RemainderNoise.Of(Noise.Of(1, time)), table, TestContext.Current.CancellationToken)).ToArray();
        using var prior = new TrajectoryPrior(_generator.Model.Memory!, Counts.Length);
        var problem = new TrajectoryProblem(prior, [.. dates.Select(d => d.Problem)], OneByOne);
        var observations = dates.Select(d => d.Problem?.Observations).ToArray();
        var x = zeros([1, Counts.Length, prior.Size], float64); // (1, T, d)
        var (mean, moment, square, least) = (zeros_like(x), zeros_like(x), zeros_like(x), double.PositiveInfinity);
        for (var step = 1; step <= AdamSteps; step++)
        {
            using var inner = NewDisposeScope();
            var (cost, gradient) = problem.CostAndGradient(x, mean, observations); // (1), (1, T, d)
            least = Math.Min(least, cost.item<double>());
            moment.mul_(first).add_(gradient, 1 - first);
            square.mul_(second).addcmul_(gradient, gradient, 1 - second);
            var length = rate * 0.5 * (1 + Math.Cos(Math.PI * step / AdamSteps));
            x.sub_(length * moment / (1 - Math.Pow(first, step)) / ((square / (1 - Math.Pow(second, step))).sqrt() + 1e-8));
        }

        Array.ForEach(dates, date => date.Dispose());
        return least;
    }

    private static void OneByOne(int count, Action<int> action)
    {
        for (var i = 0; i < count; i++)
        {
            action(i);
        }
    }
}
