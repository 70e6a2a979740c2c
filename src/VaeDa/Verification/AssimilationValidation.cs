using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Reanalysis.Dates;
using VaeDa.Runtime;
using VaeDa.Verification.Scores;
using VaeDa.Verification.Sequences;
using static TorchSharp.torch;

namespace VaeDa.Verification;

/// <summary>
/// Analyses known fields from pseudo-observations of them by several methods, all on the same observations. Scores
/// gather here as the run goes: one that is cancelled keeps those of the dates it has done.
/// </summary>
/// <param name="generators">The models that assimilate, by name; the first is the one under test. They are not disposed here.</param>
/// <param name="options">
/// How observations are assimilated; their errors at each date have a seed that follows from this one and, in a sequence, from the time alone.
/// </param>
/// <param name="adamDates">
/// The number of times, evenly spread, at which the first model's most probable state is also sought by Adam; without members, as
/// each costs as much as the rest together.
/// </param>
/// <param name="grossErrors">
/// The share of observations, 0…1, that are made grossly wrong for a second analysis by the first model; 0 for no such analysis.
/// </param>
/// <param name="grossErrorSize">The size of a gross error, in standard deviations of the observations' errors.</param>
public sealed class AssimilationValidation(IReadOnlyList<(string Name, GenerativeModel Generator)> generators, AssimilationOptions options, int adamDates, double grossErrors = 0, double grossErrorSize = 10)
{
    /// <summary>The name, in the scores, of the first model's analyses of observations with gross errors.</summary>
    public const string Spoilt = "gross-errors";

    private readonly List<AnalysisScore> _scores = [];
    private readonly Dictionary<(string Network, string Variable, string Method), EnsembleCalibration> _calibrations = [];
    private readonly Dictionary<string, GrossErrorCounts> _grossErrors = [];

    /// <summary>The scores so far, in the order of the analyses.</summary>
    public IReadOnlyList<AnalysisScore> Scores => _scores;

    /// <summary>The ensemble calibration so far of each method that has an ensemble, by network, variable and method.</summary>
    public IReadOnlyDictionary<(string Network, string Variable, string Method), EnsembleCalibration> Calibrations => _calibrations;

    /// <summary>What quality control made of the gross errors, by network; empty without gross errors.</summary>
    public IReadOnlyDictionary<string, GrossErrorCounts> GrossErrors => _grossErrors;

    /// <summary>Takes all analyses in the order of time, where the fields are of consecutive dates; null where they are not.</summary>
    public SequenceScores? Sequence { get; init; }

    /// <summary>
    /// What dates know of each other in the analyses of the generators that remember, by name: these analyse the dates as one sequence, as a reanalysis does, and
    /// <see cref="Sequence"/> has the step of their memory. The others analyse each date by itself.
    /// </summary>
    public IReadOnlyDictionary<string, MemoryUse> Memories { get; init; } = new Dictionary<string, MemoryUse>();

    /// <summary>A rival that is no generative model, under the name <see cref="LocalisedInterpolation.Method"/>; it analyses each date by itself. It is not disposed here.</summary>
    public LocalisedInterpolation? Localised { get; init; }

    /// <summary>The name of the method under test, that of the first model.</summary>
    public string Tested => generators[0].Name;

    private GenerativeModel Model => generators[0].Generator;

    /// <summary>Analyses and scores all fields, and adds the scores to those that are here.</summary>
    /// <param name="fields">The held-out fields, which are the truths, on the models' grid.</param>
    /// <param name="networks">The networks that observe them, by name.</param>
    /// <param name="error">The standard deviation of the observations' errors, by the name of the variable, in its units.</param>
    /// <param name="progress">Told when a time on a network has been analysed by all methods; null for nobody.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidInputException">
    /// None of the observations of a network can be used or is believed, or a network has no place where any of the fields has a value.
    /// </exception>
    /// <remarks>A time at which none of a network's places has a value is not one of that network's.</remarks>
    public void Run(IFieldSet fields, IReadOnlyList<(string Name, Network Network)> networks, IReadOnlyDictionary<string, double> error, IProgress<ValidationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(networks);
        var smoothed = Memories.Keys.ToDictionary(name => name, name => new DateWorkers(generators.First(g => g.Name == name).Generator, options, get_num_threads()));
        try
        {
            Run(fields, [.. networks.Select(network => AnalysesOf(fields, network.Name, network.Network, error, smoothed, cancellation))], progress, cancellation);
        }
        finally
        {
            foreach (var workers in smoothed.Values)
            {
                workers.Dispose();
            }
        }

        if (networks.FirstOrDefault(network => !_scores.Exists(score => score.Network == network.Name)).Name is { } unseen)
        {
            throw new InvalidInputException($"{unseen}: at none of the {fields.Count} times has any of its places a value");
        }

        Sequence?.Finish();
    }

    private void Run(IFieldSet fields, IReadOnlyList<NetworkAnalyses> networks, IProgress<ValidationProgress>? progress, CancellationToken cancellation)
    {
        var heap = new SteadyHeap();
        for (var t = 0; t < fields.Count; t++)
        {
            heap.AfterStep();
            var truth = fields.Read(t);
            var isAdamDate = (long)(t + 1) * adamDates / fields.Count > (long)t * adamDates / fields.Count;
            foreach (var (network, n) in networks.Select((network, n) => (network, n)))
            {
                if (network.Observed.Of(t).Table is not { Count: > 0 } observations)
                {
                    continue;
                }

                // A time counts with all its methods or not at all: rivals are compared in pairs.
                var estimates = network.Methods.Select(method => Estimate.Of(method.Name, method.Analyse(fields.TimeOf(t), observations, cancellation))).ToList();
                if (network.Reach is { } reach)
                {
                    var (field, members) = Localised!.Analyse(fields.TimeOf(t), observations, reach, options.Members, options.Seed);
                    estimates.Add(new Estimate(LocalisedInterpolation.Method, field, members, null));
                }

                estimates.AddRange(Others(observations, isAdamDate, cancellation));
                if (network.Spoilt is { } others)
                {
                    var spoilt = others.Observed.Of(t);
                    var analysis = others.Analyse(fields.TimeOf(t), spoilt.Table, cancellation);
                    estimates.Add(Estimate.Of(Spoilt, analysis));
                    _grossErrors[network.Name] = _grossErrors.GetValueOrDefault(network.Name) + GrossErrorCounts.Of(spoilt, analysis);
                }

                estimates.ForEach(estimate => Add(network.Name, fields.TimeOf(t), truth, estimate));
                progress?.Report(new ValidationProgress(t * networks.Count + n + 1, fields.Count * networks.Count, network.Name, fields.TimeOf(t)));
            }
        }
    }

    private NetworkAnalyses AnalysesOf(IFieldSet fields, string name, Network places, IReadOnlyDictionary<string, double> error, Dictionary<string, DateWorkers> smoothed, CancellationToken cancellation)
    {
        PseudoObservationSpec SpecOf(IFieldSet of, int t) => new() { Errors = error, Seed = (int)((options.Seed + (Sequence?.NumberOf(of.TimeOf(t)) ?? t)) % int.MaxValue), Time = of.TimeOf(t) };
        PseudoObservationSpec Spec(int t) => SpecOf(fields, t);
        string[] names = [.. Model.Variables.Select(v => v.Name)];
        ObservedFields Observed(Func<int, PseudoObservationSpec> spec) => new(fields, names, places, spec);
        Analyst AnalystOf((string Name, GenerativeModel Generator) method, ObservedFields observed)
        {
            if (smoothed.TryGetValue(method.Name, out var workers))
            {
                var dates = new SmoothedDates(method.Generator, options, Sequence!.Step, observed, workers, Memories[method.Name]);
                return (time, _, stop) => dates.Of(time, stop);
            }

            var assimilator = new Assimilator(method.Generator, options);
            return (_, observations, stop) => assimilator.Run(observations, stop);
        }

        var clean = Observed(Spec);
        var spoilt = grossErrors > 0 ? Observed(t => Spec(t) with { GrossErrorFraction = grossErrors, GrossErrorSize = grossErrorSize }) : null;
        var reach = Localised?.ReachFor(held => t => new ObservedFields(held, names, places, i => SpecOf(held, i)).Of(t).Table, cancellation);
        return new NetworkAnalyses(name, clean, [.. generators.Select(method => (method.Name, AnalystOf(method, clean)))], spoilt is null ? null : (spoilt, AnalystOf(generators[0], spoilt)), reach);
    }

    private IEnumerable<Estimate> Others(ObservationTable observations, bool withAdam, CancellationToken cancellation)
    {
        if (withAdam)
        {
            yield return Estimate.Of("adam", new Assimilator(Model, options with { Method = AssimilationMethod.Adam, Members = 0 }).Run(observations, cancellation));
        }

        yield return Estimate.Of("nearest", [.. Model.Variables.SelectMany(v => NearestObservation.Field(Model.Grid, observations, v.Name))]);
        yield return Estimate.Of(AnalysisScore.Climatology, new float[Model.FieldLength]);
    }

    private void Add(string network, DateTime time, float[] truth, Estimate estimate)
    {
        var (cells, area) = (Model.Grid.Cells, Model.Grid.AreaWeights());
        for (var v = 0; v < Model.Variables.Count; v++)
        {
            var (name, part) = (Model.Variables[v].Name, (v * cells)..((v + 1) * cells));
            List<float[]> members = [.. estimate.Members.Select(m => m[part])];
            var ensemble = new EnsembleAgainstTruth(truth[part], estimate.MostProbable[part], members);
            Sequence?.Add(network, name, estimate.Method, time, truth[part], estimate.MostProbable[part], members);
            _scores.Add(new AnalysisScore
            {
                Network = network,
                Time = time,
                Variable = name,
                Method = estimate.Method,
                Score = EnsembleScore.Of(ensemble, area, Model.ClimatologicalStandardDeviation.AsSpan(part)),
                Desroziers = estimate.Analysis is { } analysis ? DesroziersRatios.Of(analysis.Observations, name) : new DesroziersRatios(double.NaN, double.NaN),
                ChiSquare = estimate.Analysis?.Diagnostics.ChiSquare ?? double.NaN,
                Seconds = estimate.Analysis?.Diagnostics.SearchSeconds ?? double.NaN,
            });
            if (ensemble.Members > 0)
            {
                var key = (network, name, estimate.Method);
                if (!_calibrations.TryGetValue(key, out var calibration))
                {
                    _calibrations.Add(key, calibration = new EnsembleCalibration(Model.Grid, ensemble.Members, ensemble.Cells));
                }

                calibration.Add(ensemble);
            }
        }
    }

    /// <summary>The analysis of a date by one method.</summary>
    /// <param name="time">UTC.</param>
    /// <param name="observations">Of the date.</param>
    /// <param name="cancellation">Checked on the way.</param>
    private delegate Analysis Analyst(DateTime time, ObservationTable observations, CancellationToken cancellation);

    /// <summary>What one network observes, and who analyses it.</summary>
    /// <param name="Name">Of the network.</param>
    /// <param name="Observed">What it observes.</param>
    /// <param name="Methods">One for each generator.</param>
    /// <param name="Spoilt">The same with gross errors, and the first generator's analyses of it; null without gross errors.</param>
    /// <param name="Reach">Of the localised covariance on this network; null without it.</param>
    private sealed record NetworkAnalyses(string Name, ObservedFields Observed, IReadOnlyList<(string Name, Analyst Analyse)> Methods, (ObservedFields Observed, Analyst Analyse)? Spoilt, double? Reach);

    /// <param name="Method">Whose it is.</param>
    /// <param name="MostProbable">(N)</param>
    /// <param name="Members">M of (N); none from a method that gives one field.</param>
    /// <param name="Analysis">Null for what is not one.</param>
    private sealed record Estimate(string Method, float[] MostProbable, IReadOnlyList<float[]> Members, Analysis? Analysis)
    {
        public static Estimate Of(string method, Analysis analysis) => new(method, analysis.MostProbable, analysis.Members, analysis);

        public static Estimate Of(string method, float[] field) => new(method, field, [], null);
    }
}
