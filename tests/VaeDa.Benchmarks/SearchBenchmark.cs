using System.CommandLine;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>The default method against the reference system's scheme, in one run, on the same model and observations.</summary>
internal sealed class SearchBenchmark : Benchmark
{
    private readonly FullSize _size;
    private readonly Option<int> _members = new("--members") { Description = "M.", DefaultValueFactory = _ => 20 };
    private readonly Option<int> _adamRows = new("--adam-rows")
    {
        Description = "Rows of the grid on which Adam is run to its own stopping rule: its steps are counted there, and J compared; a step's time is that of the full grid.",
        DefaultValueFactory = _ => 96,
    };

    public SearchBenchmark()
        : base("search", "The search of 20 members and their most probable state: default method against Adam.")
    {
        _size = new FullSize(this);
        Options.Add(_members);
        Options.Add(_adamRows);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        NativeHeap.AskForLargePages(); // as for an analysis
        StartTorch();
        using var pause = new CollectionPause();
        using var noGrad = no_grad();
        var (members, rows, adamRows) = (parsed.GetValue(_members), _size.Rows(parsed), parsed.GetValue(_adamRows));
        foreach (var preset in _size.Models(parsed))
        {
            pause.Renew();
            var steps = Compare(preset, adamRows, members, cancellation);
            using var scope = NewDisposeScope();
            using var model = FullSize.Model(preset, rows);
            Print($"{preset}, {model.Grid.Height}×{model.Grid.Width}, {FullSize.Observations.Count} observations, {members} members");
            Time(model, Search.Observe(model, FullSize.Observations), members, steps);
        }
    }

    /// <summary>Both searches to their ends on the same cost functions.</summary>
    /// <returns>The steps that Adam took.</returns>
    private static int Compare(string preset, int rows, int members, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var model = FullSize.Model(preset, rows);
        using var search = new Search(model, Search.Observe(model, FullSize.Observations));
        var best = search.MostProbable();
        var (means, observations) = search.Perturb(members, seed: 1);
        var (states, unconverged) = GaussNewton.MinimiseMembers(search.Problem, best, means, observations, cancellation);
        var costs = search.Problem.Cost(states, means, observations); // (M)
        var (all, every) = (cat([search.Problem.Mean, means]), cat([search.Problem.Observations, observations])); // (1 + M, k), (1 + M, n)
        var (z, steps) = AdamSearch.Minimise(search.Problem, all, every, Noise.Of(1), cancellation);
        var adam = search.Problem.Cost(z, all, every); // (1 + M)
        var ratios = (costs / adam.narrow(0, 1, members)).data<double>().ToArray();
        Print($"{preset}, {model.Grid.Height}×{model.Grid.Width}: J of the most probable state {best.Cost:f2} ({(best.Converged ? "converged" : "NOT CONVERGED")}, {best.Iterations} iterations), by Adam {adam[0].item<double>():f2} after {steps} steps");
        Print($"  over a standard deviation of the prior the generator departs from linear by {search.NonLinearity():f2}");
        Print($"  J of the {members} members over Adam's: {ratios.Min():f4} to {ratios.Max():f4}; {unconverged} short of their tolerance");
        return steps;
    }

    private void Time(GenerativeModel model, ObservationTable table, int members, int steps)
    {
        var (whole, alone, gradient, wholeGradient, step) = (new double[Runs], new double[Runs], new double[Runs], new double[Runs], new double[Runs]);
        var (calls, ofMostProbable) = ((0, 0), (0, 0));
        for (var run = 0; run < Runs; run++)
        {
            using var scope = NewDisposeScope();
            Search search = null!;
            MostProbableState best = null!;
            (Tensor Means, Tensor Observations) perturbed = (null!, null!);
            var preparation = Timing.Of(() => search = new Search(model, table));
            var p = search.Problem;
            alone[run] = Timing.Of(() => best = search.MostProbable());
            ofMostProbable = (p.GeneratorCalls, p.BackwardCalls);
            whole[run] = preparation + alone[run] + Timing.Of(() =>
            {
                perturbed = search.Perturb(members, seed: 1);
                GaussNewton.MinimiseMembers(p, best, perturbed.Means, perturbed.Observations, CancellationToken.None);
            });
            calls = (p.GeneratorCalls, p.BackwardCalls);
            gradient[run] = Timing.Of(() => p.CostAndGradient(best.Z, p.Mean, p.Observations));
            wholeGradient[run] = Timing.Of(() => search.WholeGradient(model));
            // One of Adam's steps: cost and gradient of all states in one batch; what else it does is nothing beside.
            var all = (cat([best.Z, perturbed.Means]), cat([p.Mean, perturbed.Means]), cat([p.Observations, perturbed.Observations]));
            step[run] = Timing.Of(() => p.CostAndGradient(all.Item1, all.Item2, all.Item3));
            search.Dispose();
        }

        var (ours, adam) = (Timing.Median(whole), steps * Timing.Median(step));
        Print($"  default method: {ours:f2} s, {calls.Item1} states decoded and {calls.Item2} taken back (R, its inverse and quality control counted in)");
        Print($"  Adam: {steps} steps × {Timing.Median(step):f3} s = {adam:f0} s");
        Print($"  ratio {adam / ours:f1}");
        Print($"  the most probable state alone: {Timing.Median(alone):f2} s, {ofMostProbable.Item1} states decoded and {ofMostProbable.Item2} taken back; a gradient {Timing.Median(gradient):f3} s; {Timing.Median(alone) / Timing.Median(gradient):f1} gradient-equivalents");
        Print($"  a gradient through every cell of the field {Timing.Median(wholeGradient):f3} s; {Timing.Median(alone) / Timing.Median(wholeGradient):f1} of these");
    }
}
