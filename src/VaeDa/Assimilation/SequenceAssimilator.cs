using System.Diagnostics;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Assimilation.Time;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// Analyses successive dates as one problem: the state of each remembers that of the date before, so that all observations of a sequence speak of
/// each of its dates. Members are histories: randomised maximum likelihood (Oliver, He and Reynolds 1996) of whole sequences, each with draws of
/// its own of the first state, of what each step adds, and of all observations' errors.
/// </summary>
/// <param name="model">That remembers, of the whole year; not disposed here.</param>
/// <param name="options">Of each date.</param>
/// <param name="step">Of the model.</param>
/// <param name="forEach">Does something for each number below a count, in any order, each by one thread.</param>
internal sealed class SequenceAssimilator(GenerativeModel model, AssimilationOptions options, AnalysisStep step, Action<int, Action<int>> forEach) : IDisposable
{
    private const double Tolerance = 0.01;
    private const double MemberTolerance = 0.1;

    // Prior statistics fitted to stations have no patterns.
    private readonly StateMemory _memory = (model.Memory ?? throw new ArgumentException("the model remembers nothing", nameof(model))).Leading(model.LatentSize + model.Prior.ResidualPatterns.Count);

    // Quality control changes little at the second time.
    private const int MostControls = 3;

    // Between two of them managed memory is collected.
    private const int DatesTogether = 8;

    /// <param name="times">T, ascending, UTC.</param>
    /// <param name="tables">Of each time; null where nothing is observed.</param>
    /// <param name="steps">Of the model from each time to the next, (T − 1), at least 1 each.</param>
    /// <param name="first">The first of the dates whose analyses are handed out.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="fields">Takes the members of a date that is handed out, by its number from 0.</param>
    /// <param name="take">
    /// What becomes of each date that is handed out, by its number from 0, from several threads: its analysis, or why there is none. A date whose
    /// observations cannot be used says nothing of the others.
    /// </param>
    /// <param name="cancellation">Checked on the way.</param>
    public void Run(IReadOnlyList<DateTime> times, IReadOnlyList<ObservationTable?> tables, IReadOnlyList<int> steps, int first, int count, Func<int, IMemberFields> fields, Action<int, Analysis?, string?> take, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var pause = new CollectionPause();
        var clock = Stopwatch.StartNew();
        var (dates, failures) = (new SequenceDate?[times.Count], new string?[times.Count]);
        try
        {
            InWaves(times.Count, t =>
            {
                try
                {
                    dates[t] = SequenceDate.Of(model, options, times[t], Remainder(times[t]), tables[t], cancellation);
                }
                catch (InvalidInputException e)
                {
                    (failures[t], dates[t]) = (e.Message, SequenceDate.Of(model, options, times[t], Remainder(times[t]), null, cancellation));
                }
            });
            var all = dates.OfType<SequenceDate>().ToArray();
            var latents = model.LatentSize;
            using var prior = new TrajectoryPrior(latents + model.Prior.ResidualPatterns.Count, _memory.Power, steps);
            (Tensor X, Tensor Cost, int Iterations, int Unconverged) best;
            SequenceMembers? members;
            var (observations, mean) = (all.Select(d => d.Problem?.Observations).ToArray(), zeros([1, times.Count, prior.Size], float64)); // (1, T, d)
            var start = stack([.. all.Select(d => d.Start ?? zeros([1, prior.Size], float64))], 1); // (1, T, d)
            for (var control = 1; ; control++)
            {
                var problem = new TrajectoryProblem(prior, [.. all.Select(d => d.Problem)], InWaves);
                using var curvature = BlockTridiagonal.Factor(
                    times.Count,
                    t =>
                    {
                        // Asked for once, and then no longer needed.
                        using var information = all[t].Information;
                        return information is null ? prior.Diagonal(t) : prior.Diagonal(t).add_(information);
                    },
                    prior.Below);
                var search = new TrajectorySearch(problem, curvature);
                best = search.Minimise(start, mean, observations, Tolerance, latents, foresees: false, cancellation);
                pause.Renew();
                if (Control(all, curvature, best.X, closing: control == MostControls))
                {
                    start = best.X;
                    continue;
                }

                members = Members(all, times, steps, problem, curvature, search, best.X, cancellation);
                break;
            }

            var costs = prior.Costs(best.X); // (1, T)
            var seconds = clock.Elapsed.TotalSeconds / times.Count;
            InWaves(count, i =>
            {
                var t = first + i;
                if (failures[t] is { } failure)
                {
                    take(i, null, failure);
                    return;
                }

                var converged = best.Unconverged == 0 && all[t].Converged;
                take(i, all[t].Finish(best.X.select(1, t), costs[0, t].item<double>(), members?.Of(t), best.Iterations, converged, fields(i), seconds, cancellation), null);
            });
        }
        finally
        {
            foreach (var date in dates)
            {
                date?.Dispose();
            }
        }

        // Whether other observations are believed than before at any date.
        bool Control(IReadOnlyList<SequenceDate> all, BlockTridiagonal curvature, Tensor states, bool closing)
        {
            var (changed, behind) = (0, (Tensor?)null);
            for (var end = times.Count; end > 0; end -= DatesTogether)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                var from = Math.Max(0, end - DatesTogether);
                var covariances = new Tensor[end - from]; // (d, d) each
                for (var t = end - 1; t >= from; t--)
                {
                    covariances[t - from] = behind = curvature.InverseDiagonal(t, behind);
                }

                forEach(end - from, i => Interlocked.Add(ref changed, all[from + i].Control(states.select(1, from + i), covariances[i], closing) ? 1 : 0));
                behind = behind!.MoveToOuterDisposeScope();
                NativeHeap.GiveBack();
                pause.Renew();
            }

            return changed > 0;
        }

        void InWaves(int number, Action<int> action)
        {
            for (var from = 0; from < number; from += DatesTogether)
            {
                var offset = from;
                forEach(Math.Min(DatesTogether, number - from), i => action(offset + i));
                NativeHeap.GiveBack();
                pause.Renew();
            }
        }
    }

    public void Dispose() => _memory.Dispose();

    private SequenceMembers? Members(IReadOnlyList<SequenceDate> dates, IReadOnlyList<DateTime> times, IReadOnlyList<int> steps, TrajectoryProblem problem, BlockTridiagonal curvature, TrajectorySearch search, Tensor best, CancellationToken cancellation)
    {
        if (options.Members == 0)
        {
            return null;
        }

        // What went before the first date is drawn too, so that a member is the same history wherever a sequence begins.
        var before = Enumerable.Range(1, _memory.Steps).Reverse().Select(n => Before(times[0], n)).ToArray();
        using var longer = new TrajectoryPrior(problem.Prior.Size, _memory.Power, [.. Enumerable.Repeat(1, _memory.Steps), .. steps]);
        Tensor Drawn(DrawOf latents, DrawOf patterns) => longer.Draw(stack([.. before.Concat(times).Select(time => White(time, latents, patterns))], 1)).narrow(1, _memory.Steps, times.Count); // (M, T, d)
        var means = Drawn(DrawOf.Latents, DrawOf.Patterns); // (M, T, d)
        if (double.IsFinite(model.Prior.EffectiveSampleSize))
        {
            // As of one date: a further draw, the larger the more the state departs from the prior mean (SamplingError); it remembers as states do.
            var deviation = (best.square().sum(2, keepdim: true) / model.Prior.EffectiveSampleSize).sqrt(); // (1, T, 1)
            means = means + deviation * Drawn(DrawOf.SamplingOfLatents, DrawOf.SamplingOfPatterns); // (M, T, d)
        }

        var perturbed = new Tensor?[dates.Count]; // (M, n) each
        var pull = problem.Prior.Apply(means); // (M, T, d)
        problem.ForEachObserved((t, date) =>
        {
            using var scope = NewDisposeScope();
            perturbed[t] = dates[t].Perturbed().DetachFromDisposeScope();
            pull.select(1, t).add_(date.Pull(dates[t].Jacobian!, perturbed[t]! - date.Observations));
        });
        var start = best + curvature.Solve(pull); // (M, T, d)
        var (x, _, _, unconverged) = search.Minimise(start, means, perturbed, MemberTolerance, model.LatentSize, foresees: true, cancellation);
        return new SequenceMembers(x, perturbed, unconverged);
    }

    private Tensor White(DateTime time, DrawOf latents, DrawOf patterns)
    {
        var noise = Noise.Of(options.Seed, time);
        return cat([noise.For(latents).Normal(options.Members, model.LatentSize), noise.For(patterns).Normal(options.Members, model.Prior.ResidualPatterns.Count)], 1); // (M, d)
    }

    private RemainderNoise Remainder(DateTime time) => RemainderNoise.Of(options.Seed, _memory.RemainderCorrelation, n => Before(time, n));

    private DateTime Before(DateTime time, int steps) => step.Before(time, steps);
}
