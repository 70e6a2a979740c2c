using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.CrossValidation;

/// <summary>
/// What makes analyses in sequence err as they say they do: N, how many independent fields the covariances are worth where all dates' observations speak of each date. More
/// rests on the covariances then than where a date is analysed by itself (<see cref="ReliabilityFit"/>), those from step to step among them, and these are estimates too.
/// </summary>
/// <remarks>
/// Stretches of the fields held out are observed at random cells, by networks that are sparse, middling and dense in turn, and analysed as sequences twice: with N infinite, where
/// the members have the variance v, and finite, where they have more by c / N. Errors of fields have the variance v + c / N at the N of highest likelihood, each stretch's
/// mean square error taken as one Gaussian draw of many.
/// </remarks>
public static class SequenceReliabilityFit
{
    private const int MostStretches = 7;
    // One of each density: fewer would tell nothing of N.
    private const int FewestStretches = 3;
    private const int StepsOfStretch = 30;
    private const int Members = 10;
    private const int MostObserved = 1000;

    // Each date costs a linearisation or more: so many derivatives in all.
    private const long MostDerivatives = 100_000_000;
    private static readonly int[] Thinnings = [1, 3, 10];

    // Beyond the last N is as good as infinite.
    private static readonly double[] SampleSizes = [.. Enumerable.Range(0, 161).Select(i => 2 * Math.Pow(10, i / 40.0)), double.PositiveInfinity];

    /// <summary>Finds N from analyses in sequence of made observations of the fields held out.</summary>
    /// <param name="model">A model of the whole year with a memory, its errors inflated; it is not disposed here.</param>
    /// <param name="heldOut">Fields that the model was not trained on, in the order of time.</param>
    /// <param name="step">The step that the fields come at.</param>
    /// <param name="seed">The seed of the networks, of the observations' errors and of the members.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The model's memory with the N found; with none of its own where the fields are too few to be taken in stretches, or where the members do not spread the more the smaller N is. The
    /// caller's own.
    /// </returns>
    /// <exception cref="ArgumentException">The model remembers nothing.</exception>
    public static StateMemory Of(GenerativeModel model, IFieldSet heldOut, TimeStep step, long seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(step);
        var memory = model.Memory ?? throw new ArgumentException("the model remembers nothing", nameof(model));
        // As many as a state has numbers: the further draw is about as large as the prior's, and stands out from the sampling noise of few members.
        var known = memory.Transition.shape[0];
        using var certain = memory.WithSampleSize(double.PositiveInfinity);
        using var uncertain = memory.WithSampleSize(known);
        using var ofCertain = model.Remembering(certain);
        using var ofUncertain = model.Remembering(uncertain);
        using var workers = model.HasLargeFields ? new WorkerThreads(1, get_num_threads()) : new WorkerThreads(get_num_threads(), 1);
        var found = new List<Claim>();
        foreach (var (number, first) in Stretches(model, heldOut).Index())
        {
            cancellation.ThrowIfCancellationRequested();
            var stretch = new Stretch(model, heldOut, step, first, StepsOfStretch, Thinnings[number % Thinnings.Length], unchecked((int)seed * 7919 + number));
            var options = new AssimilationOptions { Members = Members, Seed = seed, RejectBeyond = double.PositiveInfinity };
            var (without, with) = (stretch.Analyse(ofCertain, options, workers, cancellation), stretch.Analyse(ofUncertain, options, workers, cancellation));
            found.AddRange(without.Zip(with, (a, b) => new Claim(a.Error, a.Variance, (b.Variance - a.Variance) * known)).Where(claim => claim.Error > 0 && claim.Variance > 0));
        }

        return memory.WithSampleSize(SampleSize(found));
    }

    /// <summary>N of highest likelihood; null where nothing tells it.</summary>
    internal static double? SampleSize(IReadOnlyList<Claim> found)
    {
        return found.Count > 0 && found.All(claim => claim.Sampling > 0) ? SampleSizes.MinBy(NegativeLogLikelihood) : null;

        // Twice, of each stretch as one error.
        double NegativeLogLikelihood(double n) =>
            found.Sum(claim => Math.Log(claim.Variance + claim.Sampling / n) + claim.Error / (claim.Variance + claim.Sampling / n));
    }

    /// <summary>The first fields of stretches that are spread evenly.</summary>
    private static int[] Stretches(GenerativeModel model, IFieldSet heldOut)
    {
        if (heldOut.Count < FewestStretches * StepsOfStretch)
        {
            return [];
        }

        var affordable = MostDerivatives / Math.Max(1, (long)model.FieldLength * model.LatentSize) / StepsOfStretch;
        var count = (int)Math.Clamp(Math.Min(affordable, heldOut.Count / StepsOfStretch), FewestStretches, MostStretches);
        return [.. Enumerable.Range(0, count).Select(i => (int)((heldOut.Count - StepsOfStretch) * (long)i / (count - 1)))];
    }

    /// <summary>Of one variable over one stretch, in the mean over area and dates.</summary>
    /// <param name="Error">Squared.</param>
    /// <param name="Variance">v.</param>
    /// <param name="Sampling">c.</param>
    internal readonly record struct Claim(double Error, double Variance, double Sampling);

    /// <summary>Successive fields and what is observed of them.</summary>
    private sealed class Stretch
    {
        private readonly DateTime[] _times;
        private readonly float[]?[] _truths; // null where the record has none
        private readonly ObservationTable?[] _tables;
        private readonly TimeStep _step;
        private readonly float[] _area; // (H, W)

        public Stretch(GenerativeModel model, IFieldSet heldOut, TimeStep step, int first, int steps, int thinning, int seed)
        {
            _step = step;
            _area = model.Grid.AreaWeights();
            var byTime = Enumerable.Range(first, Math.Min(steps, heldOut.Count - first)).ToDictionary(heldOut.TimeOf);
            var of = new AnalysisStep(step.Frequency, step.Hours);
            _times = [.. Enumerable.Range(0, steps).Select(n => of.Before(heldOut.TimeOf(first), -n))];
            _truths = Array.ConvertAll(_times, time => byTime.TryGetValue(time, out var t) ? heldOut.Read(t) : null);
            var (random, points, typical, error) = (new Random(seed), EarthPoint.Of(model.Grid), UnevenNetwork.TypicalErrors(model), model.Prior.GeneratorError);
            var possible = Enumerable.Range(0, error.Length).Where(x => float.IsFinite(error[x]) && _area[x % _area.Length] > 0).ToArray();
            var network = UnevenNetwork.Of(possible, Math.Max(1, Math.Min(MostObserved, possible.Length * 2 / 3) / thinning), _area, points, random);
            _tables = Array.ConvertAll(_truths, truth => truth is not null && network.Where(x => float.IsFinite(truth[x])).ToArray() is { Length: > 0 } seen
                ? UnevenNetwork.Observed(seen, truth, typical, model, random)
                : null);
        }

        /// <returns>Of each variable, the mean square error of the most probable fields and the members' variance.</returns>
        public IReadOnlyList<(double Error, double Variance)> Analyse(GenerativeModel model, AssimilationOptions options, WorkerThreads workers, CancellationToken cancellation)
        {
            var cells = _area.Length;
            var sums = new (double Weight, double Error, double Variance)[_times.Length, model.Variables.Count];
            workers.AsOne(() =>
            {
                using var assimilator = new SequenceAssimilator(model, options, new AnalysisStep(_step.Frequency, _step.Hours), workers.ForEach);
                assimilator.Run(_times, _tables, 0, _times.Length, _ => new MembersInMemory(options.Members, model.FieldLength), Add, cancellation);
            });
            return [.. Enumerable.Range(0, model.Variables.Count).Select(v => Enumerable.Range(0, _times.Length).Select(t => sums[t, v])).Select(of => (of.Sum(s => s.Error) / of.Sum(s => s.Weight), of.Sum(s => s.Variance) / of.Sum(s => s.Weight)))];

            void Add(int t, Analysis? analysis, string? failure)
            {
                if (analysis is null || _truths[t] is not { } truth)
                {
                    return;
                }

                for (var x = 0; x < truth.Length; x++)
                {
                    if (float.IsFinite(truth[x]) && float.IsFinite(analysis.MostProbable[x]) && _area[x % cells] > 0)
                    {
                        ref var sum = ref sums[t, x / cells];
                        var area = _area[x % cells];
                        sum.Weight += area;
                        sum.Error += area * Math.Pow(truth[x] - analysis.MostProbable[x], 2);
                        sum.Variance += area * Math.Pow(analysis.Spread[x], 2);
                    }
                }
            }
        }
    }
}
