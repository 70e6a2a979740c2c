using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Verification.Scores;
using VaeDa.Verification.Sequences;

namespace VaeDa.Verification;

/// <summary>
/// Analyses known fields from pseudo-observations of them by several methods, all on the same observations. Scores
/// gather here as the run goes: one that is cancelled keeps those of the dates it has done.
/// </summary>
/// <param name="generators">The models that assimilate, by name; the first is the one under test. They are not disposed here.</param>
/// <param name="options">
/// How observations are assimilated; their errors at each date have a seed that follows from this one.
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
        var names = Model.Variables.Select(v => v.Name).ToList();
        for (var t = 0; t < fields.Count; t++)
        {
            var truth = fields.Read(t);
            var isAdamDate = (long)(t + 1) * adamDates / fields.Count > (long)t * adamDates / fields.Count;
            foreach (var ((network, places), n) in networks.Select((network, n) => (network, n)))
            {
                var spec = new PseudoObservationSpec { Errors = error, Seed = (int)((options.Seed + t) % int.MaxValue), Time = fields.TimeOf(t) };
                var observations = PseudoObservations.Make(truth, fields.Grid, names, places, spec).Table;
                if (observations.Count == 0)
                {
                    continue;
                }

                // A time counts with all its methods or not at all: rivals are compared in pairs.
                var estimates = Estimates(observations, isAdamDate, cancellation).ToList();
                if (grossErrors > 0)
                {
                    var spoilt = PseudoObservations.Make(truth, fields.Grid, names, places, spec with { GrossErrorFraction = grossErrors, GrossErrorSize = grossErrorSize });
                    var analysis = new Assimilator(Model, options).Run(spoilt.Table, cancellation);
                    estimates.Add(Estimate.Of(Spoilt, analysis));
                    _grossErrors[network] = _grossErrors.GetValueOrDefault(network) + GrossErrorCounts.Of(spoilt, analysis);
                }

                estimates.ForEach(estimate => Add(network, fields.TimeOf(t), truth, estimate));
                progress?.Report(new ValidationProgress(t * networks.Count + n + 1, fields.Count * networks.Count, network, fields.TimeOf(t)));
            }
        }

        if (networks.FirstOrDefault(network => !_scores.Exists(score => score.Network == network.Name)).Name is { } unseen)
        {
            throw new InvalidInputException($"{unseen}: at none of the {fields.Count} times has any of its places a value");
        }

        Sequence?.Finish();
    }

    private IEnumerable<Estimate> Estimates(ObservationTable observations, bool withAdam, CancellationToken cancellation)
    {
        foreach (var (name, generator) in generators)
        {
            yield return Estimate.Of(name, new Assimilator(generator, options).Run(observations, cancellation));
        }

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
