using System.Diagnostics;
using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Assimilation.Worth;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Rows;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// Finds, for a set of observations, the most probable field of a generative model and an ensemble of the fields that are
/// probable: the latent state is searched, and what the latent cannot carry is updated from the departures. One assimilator serves
/// for many sets of observations, one after the other; it is for one thread at a time.
/// </summary>
public sealed class Assimilator
{
    private readonly GenerativeModel _model;
    private readonly AssimilationOptions _options;
    private readonly bool[] _valid; // (V, H, W)

    /// <summary>Makes an assimilator for a model.</summary>
    /// <param name="model">
    /// The model. One of the whole year is put at the time of the observations; one that is at a time already stays there. It has to
    /// live as long as the assimilator, and is not disposed by it.
    /// </param>
    /// <param name="options">How observations are assimilated; the options are checked here.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public Assimilator(GenerativeModel model, AssimilationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        (_model, _options) = (model, options.Validated());
        _valid = Array.ConvertAll(model.Prior.GeneratorError, float.IsFinite);
        model.MapLargeFields();
    }

    /// <summary>Assimilates observations of one time. The members' fields are kept in memory, 4·M·V·H·W bytes.</summary>
    /// <param name="table">The observations, of one time or without times.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The most probable field, the members and what became of each observation.</returns>
    /// <exception cref="InvalidInputException">
    /// None of the observations can be used or is believed, they are of several times, one has no error and the options have none for its
    /// variable, or there are too many for the machine's memory.
    /// </exception>
    public Analysis Run(ObservationTable table, CancellationToken cancellation = default) =>
        Run(table, new MembersInMemory(_options.Members, _model.FieldLength), cancellation);

    /// <summary>Assimilates observations of one time, and keeps the members' fields where the caller says: on disk, for example.</summary>
    /// <param name="table">The observations, of one time or without times.</param>
    /// <param name="fields">Takes the members, as many as the options ask for; the analysis reads them from there.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The most probable field, the members and what became of each observation.</returns>
    /// <exception cref="InvalidInputException">
    /// None of the observations can be used or is believed, they are of several times, one has no error and the options have none for its
    /// variable, or there are too many for the machine's memory.
    /// </exception>
    public Analysis Run(ObservationTable table, IMemberFields fields, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(fields);
        var time = table.AnalysisTime;
        if (_model.Prior.IsSeasonal)
        {
            using var then = AtTime(time);
            return new Assimilator(then, _options).Run(table, fields, cancellation);
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var date = Search(table, _options, pause, cancellation);
        var (problem, members) = (date.Found.Problem, date.Found.Members);
        var gains = date.Averaged is null ? GainRemoved.Of(_model, problem, date.Residual, date.Found.Best) : null;
        var ensemble = EnsembleFields.Of(_model, problem, date.Residual, date.Found.Best, members, fields, _options.ChunkSize, cancellation);
        if (date.Averaged is not null)
        {
            // Of the averages' covariances the results need nothing, and are of all observations.
            date.EndSearch();
        }

        return Summarise(table, time, date, problem, date.Found.Best, ensemble, members?.Unconverged ?? 0, members?.Sampler, date.Seconds, gains);
    }

    // The pause ends here: one within another cannot be renewed.
    private GenerativeModel AtTime(DateTime? time)
    {
        using var pause = new CollectionPause();
        return _model.At(time);
    }

    /// <summary>The observations of a date, controlled, and its most probable state and members by themselves.</summary>
    /// <param name="table">Of one time, that of the model.</param>
    /// <param name="options">As many members as they ask for.</param>
    /// <param name="pause">Renewed here.</param>
    /// <param name="cancellation">Checked on the way.</param>
    /// <returns>The caller's own, and of use while the dispose scope is that it was made in.</returns>
    internal SearchedDate Search(ObservationTable table, AssimilationOptions options, CollectionPause pause, CancellationToken cancellation)
    {
        var names = _model.Variables.Select(v => v.Name).ToList();
        var h = new ObservationOperator(_model.Grid, names, table, _valid);
        if (h.Count == 0)
        {
            throw new InvalidInputException(table.Count == 0
                ? $"{table.Source}: no observations"
                : $"{table.Source}: none of the {table.Count} observations can be used; the first: {h.Rejected[0].Reason}");
        }

        RequireMemory(table.Source, Math.Min(h.Count, options.AverageBeyond));
        var places = ObservationPlace.Of(table, h, names); // (n)
        var observed = places.Select(p => p.Variable).Distinct().Order().ToList(); // the variables with observations
        var single = new ObservationSet(
            h,
            [.. h.Accepted.Select(i => table.Anomaly[i])],
            [.. h.Accepted.Select((row, i) => table.ErrorOf(row, names[places[i].Variable], options.DefaultErrors))],
            places);
        var clock = Stopwatch.StartNew();
        var settings = new ControlSettings(options.RejectBeyond, options.EstimateError);
        var averaged = h.Count <= options.AverageBeyond
            ? null
            : ScreenedAverages.Of(table.Source, _model, single, Groups(single), settings, options.AverageBeyond, options.Seed, options.ChunkSize, pause, cancellation);
        // What is averaged has been through quality control; an average's own error is small, and it would fall to the tails of the generator's.
        var (set, control) = averaged is null ? (single, settings) : (averaged.Averages.Set, new ControlSettings(double.PositiveInfinity, EstimatesErrors: false));
        // What averaging has left dead is collected while no native call runs.
        pause.Renew(givesBack: averaged is not null);
        if (averaged is not null)
        {
            // The covariances of the averages are hundreds of megabytes: not beside what is free.
            NativeHeap.GiveBack();
        }

        var residual = ResidualCovariance.Of(_model, set.H, set.Places, set.Residual);
        LatentProblem? problem = null;
        try
        {
            var between = residual.BetweenPlaces(); // (n, n)
            var sums = Sums(set, between);
            var r = new ObservationErrorCovariance(tensor(set.Sigma), between, keepsResidual: control.EstimatesErrors);
            problem = new LatentProblem(_model, set.H, tensor(set.Anomaly).unsqueeze(0), r, options.ChunkSize);
            // Which cells the observations draw on has been worked out in as much memory again.
            pause.Renew();
            _model.GiveMemoryBack();
            var found = new EnsembleSearch(_model, options, residual, Noise.Of(options.Seed, table.AnalysisTime), pause).Run(table.Source, problem, ObservationControl.Of(r, control, Groups(set)), cancellation);
            RequireAnomalies(table.Source, set, Groups(set), found, sums);
            pause.Renew();
            _model.GiveMemoryBack();
            var factors = averaged?.Screening.Errors ?? found.Control.Factors;
            var errorFactors = factors is null ? null : observed.Select((v, i) => new ErrorFactor(names[v], factors.Factors[i], factors.StandardErrors[i])).ToArray();
            return new SearchedDate(h, averaged, set, residual, problem, found, averaged?.Screening.Check ?? found.Control.Check!, errorFactors, clock.Elapsed.TotalSeconds);
        }
        catch
        {
            problem?.Dispose();
            residual.Dispose();
            throw;
        }

        (double Sum, double Trace)[] Sums(ObservationSet of, Tensor residuals) => [.. observed.Select(v =>
        {
            using var inner = NewDisposeScope();
            var here = tensor(Array.ConvertAll(of.Places, p => p.Variable == v ? 1.0 : 0)); // (n)
            var own = (tensor(of.Sigma) * here).square().sum(); // ()
            return ((residuals.mv(here).dot(here) + own).item<double>(), ((residuals.diagonal() * here).sum() + own).item<double>());
        })];

        // An error factor for each variable.
        int[] Groups(ObservationSet of) => Array.ConvertAll(of.Places, p => observed.IndexOf(p.Variable));
    }

    /// <param name="source">Of the observations.</param>
    /// <param name="set">As they were searched.</param>
    /// <param name="groups">Which of the observed variables each is of (n).</param>
    /// <param name="found">What the search found.</param>
    /// <param name="r">1ᵀ R 1 and tr R over all observations of each observed variable.</param>
    /// <exception cref="InvalidInputException">They cannot be anomalies.</exception>
    private void RequireAnomalies(string source, ObservationSet set, int[] groups, FoundEnsemble found, (double Sum, double Trace)[] r)
    {
        using var scope = NewDisposeScope();
        var (problem, accepted) = (found.Problem, found.Control.Check!.Accepted);
        var d = (problem.Observations - problem.Equivalents(problem.Mean)).squeeze(0).data<double>().ToArray(); // (n)
        for (var g = 0; g < r.Length; g++)
        {
            var all = Enumerable.Range(0, d.Length).Where(i => groups[i] == g).ToArray();
            var jacobian = found.Best.Jacobian.index_select(0, tensor(Array.ConvertAll(all, i => (long)i))); // (n_g, k)
            var variance = problem.Variance.squeeze(0); // (k)
            var innovation = MeanInnovation.Of(
                [.. all.Where(i => accepted[i]).Select(i => d[i])],
                r[g].Sum + (jacobian.sum([0]).square() * variance).sum().item<double>(),
                r[g].Trace + jacobian.square().mv(variance).sum().item<double>(),
                all.Length);
            if (innovation.Fault(_model.Variables[set.Places[all[0]].Variable].Units) is { } fault)
            {
                throw NotAnomalies(source, _model.Variables[set.Places[all[0]].Variable], fault);
            }
        }
    }

    /// <param name="source">Of the observations.</param>
    /// <param name="variable">That they are of.</param>
    /// <param name="fault">As <see cref="MeanInnovation.Fault"/> says it.</param>
    internal static InvalidInputException NotAnomalies(string source, Variable variable, string fault) =>
        new($"{source}: the observations of {variable.Name} {fault}: are they absolute values, or in other units? Anomalies from the climatology are needed, in {variable.Units}") { Setting = "Absolute" };

    /// <summary>The analysis of a date.</summary>
    /// <param name="table">Its observations.</param>
    /// <param name="time">UTC; null if it has none.</param>
    /// <param name="date">The observations as they were controlled; null where there are none.</param>
    /// <param name="problem">With R of the observations that are believed; null where there are none.</param>
    /// <param name="best">The most probable state.</param>
    /// <param name="fields">That are handed out.</param>
    /// <param name="unconverged">Members.</param>
    /// <param name="sampler">Of members that chains have drawn.</param>
    /// <param name="seconds">Of the search.</param>
    /// <param name="gainRemoved">What goes with each observation, (n); null where it is not known.</param>
    internal Analysis Summarise(ObservationTable table, DateTime? time, SearchedDate? date, LatentProblem? problem, MostProbableState best, EnsembleFields fields, int unconverged, SamplerDiagnostics? sampler, double seconds, double[]? gainRemoved = null)
    {
        using var scope = NewDisposeScope();
        var h = date?.H ?? new ObservationOperator(_model.Grid, [.. _model.Variables.Select(v => v.Name)], table, _valid);
        var (averaged, check) = (date?.Averaged, date?.Check ?? new CheckedObservations([], [], []));
        var (used, flagged) = (check.Accepted.Count(a => a), check.Accepted.Count(a => !a));
        var unusable = SearchedDate.Unusable(table, h);
        var count = problem?.R.Count ?? 0;
        var chiSquare = 2 * best.Cost / (count == 0 ? double.NaN : count);
        var withheld = new WithheldObservations(_model, table, _valid);
        var (errors, predicted, spreads) = (withheld.Errors(_model, _options.DefaultErrors), withheld.Apply(fields.MostProbable), withheld.Apply(fields.Spread)); // (w)
        double[] And(double[] ofAccepted, double[] ofWithheld) => ofWithheld.Length == 0 ? ofAccepted : [.. ofAccepted, .. ofWithheld]; // (n + w)
        var observations = ObservationResults.Of(table, h, withheld, new ObservationResults.Columns
        {
            Error = And(averaged?.Screening.Sigma ?? problem?.R.Sigma.data<double>().ToArray() ?? [], errors),
            GeneratorError = And(h.Apply(_model.Prior.GeneratorError), withheld.Apply(_model.Prior.GeneratorError)),
            FirstGuess = And(averaged?.Screening.FirstGuess ?? problem?.Equivalents(problem.Mean).data<double>().ToArray() ?? [], withheld.FirstGuess(_model, _options.ChunkSize)),
            Analysis = And(h.Apply(fields.MostProbable), predicted),
            Spread = And(h.Apply(fields.Spread), spreads),
            Accepted = check.Accepted,
            // All others are what the analysis knows.
            CheckDeparture = And(check.Departures, [.. withheld.Rows.Select((row, i) => table.Anomaly[row] - predicted[i])]),
            CheckSpread = And(check.Spreads, [.. spreads.Select((spread, i) => Math.Sqrt(spread * spread + errors[i] * errors[i]))]),
            DateDeparture = date?.Alone?.Departures,
            DateSpread = date?.Alone?.Spreads,
            GainRemoved = gainRemoved,
            Average = averaged?.Averages.Average,
        });
        return new Analysis
        {
            Time = time,
            Frequency = _model.Card?.KnownFrequency,
            Climatology = _model.Card?.Climatology,
            Grid = _model.Grid,
            Variables = _model.Variables,
            ClimatologicalStandardDeviation = _model.ClimatologicalStandardDeviation,
            MostProbable = fields.MostProbable,
            Members = fields.Members,
            Mean = fields.Mean,
            Spread = fields.Spread,
            Latent = _model.NetworkLatents(best.Z).data<double>().ToArray(),
            Observations = observations,
            Diagnostics = new AnalysisDiagnostics
            {
                Method = _options.Method.Name(),
                Observations = used,
                Averaged = averaged is null ? null : new AveragedObservations(count, averaged.Averages.BoxKilometres),
                Rejected = unusable.Count + withheld.Rejected.Count,
                Missing = table.RejectedCount + table.Observations.Count(o => RowFlag.IsMissing(o.Flag)),
                Flagged = flagged,
                WorstFlagged = FlaggedObservation.WorstOf(observations),
                Withheld = WithheldScore.Of(observations, [.. _model.Variables.Select(v => v.Name)]),
                Members = fields.Members.Count,
                Cost = best.Cost,
                PriorCost = best.PriorCost,
                ChiSquare = chiSquare,
                Iterations = best.Iterations,
                Converged = best.Converged,
                UnconvergedMembers = unconverged,
                Sampler = sampler,
                GeneratorCalls = (problem?.GeneratorCalls ?? 0) + 1 + fields.Members.Count,
                BackwardCalls = problem?.BackwardCalls ?? 0,
                SearchSeconds = seconds,
                ErrorFactors = date?.ErrorFactors,
                Doubts = Doubts.Of(used, flagged, unusable.Count, unusable.Select(r => r.Reason).FirstOrDefault(), chiSquare, count),
                Warning = Doubts.Warning(chiSquare, count),
            },
        };
    }

    /// <summary>R and its inverse are dense: better one line now than a process that the system kills in an hour.</summary>
    private static void RequireMemory(string source, int observations)
    {
        const int Matrices = 5; // R, its residual's part, its inverse, and two on the way
        var (needed, available) = (Matrices * sizeof(double) * (double)observations * observations, (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (needed > available)
        {
            throw new InvalidInputException(FormattableString.Invariant(
                $"{source}: {observations} observations need {needed / 1e9:0} GB for the covariance of their errors, {observations}×{observations}; this machine has {available / 1e9:0} GB, enough for {Math.Sqrt(available / Matrices / sizeof(double)):0}: average beyond a smaller number"))
            {
                Setting = nameof(AssimilationOptions.AverageBeyond),
            };
        }
    }
}
