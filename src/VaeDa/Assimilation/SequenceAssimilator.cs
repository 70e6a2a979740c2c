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
/// <param name="pastOnly">Whether each date knows of those before it and of none after it: the filter, in place of the smoother.</param>
internal sealed class SequenceAssimilator(GenerativeModel model, AssimilationOptions options, AnalysisStep step, Action<int, Action<int>> forEach, bool pastOnly = false) : IDisposable
{
    private const double Tolerance = 0.01;
    private const double MemberTolerance = 0.1;

    // Prior statistics fitted to stations have no patterns.
    private readonly StateMemory _memory = (model.Memory ?? throw new ArgumentException("the model remembers nothing", nameof(model))).Leading(model.LatentSize + model.Prior.ResidualPatterns.Count);

    // Quality control changes little at the second time.
    private const int MostControls = 3;

    // Between two of them managed memory is collected.
    private const int DatesTogether = 8;

    // Of the last sequence, for the next, which they are at the edge of too: what each says by itself is the same.
    private readonly Dictionary<DateTime, SequenceDate> _kept = [];

    /// <param name="times">T, UTC, each a step of the model after the one before.</param>
    /// <param name="tables">Of each time; null where nothing is observed.</param>
    /// <param name="first">The first of the dates whose analyses are handed out.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="fields">Takes the members of a date that is handed out, by its number from 0.</param>
    /// <param name="take">
    /// What becomes of each date that is handed out, by its number from 0, from several threads: its analysis, or why there is none. A date whose
    /// observations cannot be used says nothing of the others.
    /// </param>
    /// <param name="cancellation">Checked on the way.</param>
    /// <param name="keepFrom">
    /// Dates from this number on, of T, are kept until the next call: what was found of them by themselves is of use there if it has the same dates, with the same observations.
    /// </param>
    public void Run(
        IReadOnlyList<DateTime> times, IReadOnlyList<ObservationTable?> tables, int first, int count, Func<int, IMemberFields> fields, Action<int, Analysis?, string?> take, CancellationToken cancellation, int keepFrom = int.MaxValue)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var pause = new CollectionPause();
        var clock = Stopwatch.StartNew();
        var dates = times.Select(time => _kept.Remove(time, out var kept) ? kept : null).ToArray();
        var failures = new string?[times.Count];
        Forget();
        try
        {
            InWaves(times.Count, t =>
            {
                try
                {
                    if (dates[t] is { } known)
                    {
                        known.Renew();
                        return;
                    }

                    dates[t] = SequenceDate.Of(model, options, times[t], Remainder(times[t]), tables[t], cancellation);
                }
                catch (InvalidInputException e)
                {
                    (failures[t], dates[t]) = (e.Message, SequenceDate.Of(model, options, times[t], Remainder(times[t]), null, cancellation));
                }
            });
            var all = dates.OfType<SequenceDate>().ToArray();
            using var prior = new TrajectoryPrior(_memory, times.Count);
            var found = pastOnly ? Filtered(all, times, prior, InWaves, cancellation) : Smoothed(all, times, prior, InWaves, pause, cancellation);
            var seconds = clock.Elapsed.TotalSeconds / times.Count;
            InWaves(count, i =>
            {
                var t = first + i;
                if (failures[t] is { } failure)
                {
                    take(i, null, failure);
                    return;
                }

                var converged = found.Converged[t] && all[t].Converged;
                take(i, all[t].Finish(found.Best.select(1, t), found.Costs[0, t].item<double>(), found.Members?.Of(t), found.Iterations[t], converged, fields(i), seconds, cancellation), null);
            });
            for (var t = keepFrom; t < times.Count; t++)
            {
                // Of what failed the fault would be lost.
                if (failures[t] is null)
                {
                    _kept.Add(times[t], all[t]);
                    dates[t] = null;
                }
            }
        }
        finally
        {
            foreach (var date in dates)
            {
                date?.Dispose();
            }
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

    public void Dispose()
    {
        Forget();
        _memory.Dispose();
    }

    private void Forget()
    {
        foreach (var date in _kept.Values)
        {
            date.Dispose();
        }

        _kept.Clear();
    }

    private FoundSequence Smoothed(IReadOnlyList<SequenceDate> dates, IReadOnlyList<DateTime> times, TrajectoryPrior prior, Action<int, Action<int>> each, CollectionPause pause, CancellationToken cancellation)
    {
        var latents = model.LatentSize;
        var observations = dates.Select(d => d.Problem?.Observations).ToArray();
        var mean = zeros([1, times.Count, prior.Size], float64); // (1, T, d)
        var start = stack([.. dates.Select(d => d.Start ?? zeros([1, prior.Size], float64))], 1); // (1, T, d)
        for (var control = 1; ; control++)
        {
            var problem = new TrajectoryProblem(prior, [.. dates.Select(d => d.Problem)], each);
            using var curvature = BlockBand.Factor(
                times.Count,
                t =>
                {
                    // Asked for once, and then no longer needed.
                    using var information = dates[t].Information;
                    return information is null ? prior.Diagonal(t) : prior.Diagonal(t).add_(information);
                },
                prior.Below,
                prior.Second);
            var search = new TrajectorySearch(problem, curvature);
            var best = search.Minimise(start, mean, observations, Tolerance, latents, foresees: false, cancellation);
            pause.Renew();
            if (Control(dates, curvature, best.X, closing: control == MostControls, pause, cancellation))
            {
                start = best.X;
                continue;
            }

            SequenceMembers? members = null;
            if (options.Members > 0)
            {
                var means = Means(times, best.X); // (M, T, d)
                var (perturbed, pulls) = Perturbed(dates, problem);
                var pull = prior.Apply(means); // (M, T, d)
                problem.ForEachObserved((t, _) => pull.select(1, t).add_(pulls[t]!));
                var (x, _, _, unconverged) = search.Minimise(best.X + curvature.Solve(pull), means, perturbed, MemberTolerance, latents, foresees: true, cancellation);
                members = new SequenceMembers(x, perturbed, Of(unconverged));
            }

            return new FoundSequence(best.X, prior.Costs(best.X), Of(best.Iterations), Of(best.Unconverged == 0), members);
        }

        T[] Of<T>(T all) => [.. Enumerable.Repeat(all, times.Count)];
    }

    /// <summary>Quality control of each date beside all others.</summary>
    /// <returns>Whether other observations are believed than before at any date.</returns>
    private bool Control(IReadOnlyList<SequenceDate> dates, BlockBand curvature, Tensor states, bool closing, CollectionPause pause, CancellationToken cancellation)
    {
        var (changed, behind) = (0, (BlockBand.InverseBlocks?)null);
        for (var end = dates.Count; end > 0; end -= DatesTogether)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var from = Math.Max(0, end - DatesTogether);
            var covariances = new Tensor[end - from]; // (d, d) each
            for (var t = end - 1; t >= from; t--)
            {
                behind = curvature.InverseAt(t, behind);
                covariances[t - from] = behind.Diagonal;
            }

            forEach(end - from, i => Interlocked.Add(ref changed, dates[from + i].Control(states.select(1, from + i), covariances[i], closing) ? 1 : 0));
            behind = behind!.MoveToOuterDisposeScope();
            NativeHeap.GiveBack();
            pause.Renew();
        }

        return changed > 0;
    }

    private FoundSequence Filtered(IReadOnlyList<SequenceDate> dates, IReadOnlyList<DateTime> times, TrajectoryPrior prior, Action<int, Action<int>> each, CancellationToken cancellation)
    {
        var latents = model.LatentSize;
        var problem = new TrajectoryProblem(prior, [.. dates.Select(d => d.Problem)], each);
        using var filter = new TrajectoryFilter(problem, each);
        filter.Prepare(_memory, t => dates[t].Information, cancellation);
        var observations = dates.Select(d => d.Problem?.Observations).ToArray();
        var mean = zeros([1, times.Count, prior.Size], float64); // (1, T, d)
        var best = filter.Minimise((t, _) => dates[t].Start!, mean, observations, Tolerance, latents, foresees: false, cancellation);
        SequenceMembers? members = null;
        if (options.Members > 0)
        {
            var means = Means(times, best.X); // (M, T, d)
            var (perturbed, pulls) = Perturbed(dates, problem);
            var (x, _, _, _, unconverged) = filter.Minimise(
                (t, forecast) => best.X.select(1, t) + filter.Change(t, forecast - best.Forecasts.select(1, t), pulls[t]!), means, perturbed, MemberTolerance, latents, foresees: true, cancellation);
            members = new SequenceMembers(x, perturbed, unconverged);
        }

        return new FoundSequence(best.X, best.Costs, best.Iterations, [.. best.Unconverged.Select(n => n == 0)], members);
    }

    /// <summary>The members' draws of the prior.</summary>
    /// <param name="times">T.</param>
    /// <param name="best">The most probable states, (1, T, d).</param>
    /// <returns>(M, T, d)</returns>
    private Tensor Means(IReadOnlyList<DateTime> times, Tensor best)
    {
        // What went before the first date is drawn too, so that a member is the same history wherever a sequence begins.
        var before = Enumerable.Range(1, _memory.Steps).Reverse().Select(n => Before(times[0], n)).ToArray();
        using var longer = new TrajectoryPrior(_memory, _memory.Steps + times.Count);
        Tensor Drawn(DrawOf latents, DrawOf patterns) => longer.Draw(stack([.. before.Concat(times).Select(time => White(time, latents, patterns))], 1)).narrow(1, _memory.Steps, times.Count); // (M, T, d)
        var means = Drawn(DrawOf.Latents, DrawOf.Patterns); // (M, T, d)
        var samples = _memory.EffectiveSampleSize ?? model.Prior.EffectiveSampleSize;
        if (!double.IsFinite(samples))
        {
            return means;
        }

        // As of one date: a further draw, the larger the more the state departs from the prior mean (SamplingError); it remembers as states do.
        var deviation = (best.square().sum(2, keepdim: true) / samples).sqrt(); // (1, T, 1)
        return means + deviation * Drawn(DrawOf.SamplingOfLatents, DrawOf.SamplingOfPatterns); // (M, T, d)
    }

    /// <summary>Each date's observations as the members have them, (M, n), and Gᵀ R⁻¹ times what they differ by from those that are, (M, d); null where nothing is observed.</summary>
    private static (Tensor?[] Observations, Tensor?[] Pulls) Perturbed(IReadOnlyList<SequenceDate> dates, TrajectoryProblem problem)
    {
        var (observations, pulls) = (new Tensor?[dates.Count], new Tensor?[dates.Count]);
        problem.ForEachObserved((t, date) =>
        {
            using var scope = NewDisposeScope();
            observations[t] = dates[t].Perturbed().DetachFromDisposeScope();
            pulls[t] = date.Pull(dates[t].Jacobian!, observations[t]! - date.Observations).DetachFromDisposeScope();
        });
        return (observations, pulls);
    }

    private Tensor White(DateTime time, DrawOf latents, DrawOf patterns)
    {
        var noise = Noise.Of(options.Seed, time);
        return cat([noise.For(latents).Normal(options.Members, model.LatentSize), noise.For(patterns).Normal(options.Members, model.Prior.ResidualPatterns.Count)], 1); // (M, d)
    }

    private RemainderNoise Remainder(DateTime time) => RemainderNoise.Of(options.Seed, _memory.RemainderCorrelation, n => Before(time, n));

    private DateTime Before(DateTime time, int steps) => step.Before(time, steps);
}
