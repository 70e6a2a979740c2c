using System.Diagnostics;
using TorchSharp;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// Finds, for a set of observations, the most probable field of a generative model and an ensemble of the fields that are
/// probable: the latent state is searched, and what the latent cannot carry is updated from the departures.
/// </summary>
public sealed class Assimilator
{
    private readonly GenerativeModel _model;
    private readonly AssimilationOptions _options;
    private readonly bool[] _valid; // (V, H, W)

    /// <param name="model">Not disposed here.</param>
    /// <param name="options">Validated here.</param>
    public Assimilator(GenerativeModel model, AssimilationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        (_model, _options) = (model, options.Validated());
        _valid = Array.ConvertAll(model.Calibration.GeneratorError, float.IsFinite);
    }

    /// <exception cref="InvalidInputException">None of the observations is usable.</exception>
    public Analysis Run(ObservationTable table, CancellationToken cancellation = default) =>
        Run(table, new MembersInMemory(_options.Members, _model.FieldLength), cancellation);

    /// <param name="fields">Takes the members, as many as the options ask for.</param>
    /// <exception cref="InvalidInputException">None of the observations is usable.</exception>
    public Analysis Run(ObservationTable table, IMemberFields fields, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(fields);
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var names = _model.Variables.Select(v => v.Name).ToList();
        var h = new ObservationOperator(_model.Grid, names, table, _valid);
        if (h.Count == 0)
        {
            throw new InvalidInputException(table.Count == 0
                ? $"{table.Source}: no observations"
                : $"{table.Source}: none of the {table.Count} observations can be used; the first: {h.Rejected[0].Reason}");
        }

        RequireMemory(table.Source, Math.Min(h.Count, _options.AverageBeyond));
        var places = ObservationPlace.Of(table, h, names); // (n)
        var observed = places.Select(p => p.Variable).Distinct().Order().ToList(); // the variables with observations
        var single = new ObservationSet(
            h,
            [.. h.Accepted.Select(i => table.Anomaly[i])],
            [.. h.Accepted.Select((row, i) => table.Error[row] ?? DefaultError(table, row, names[places[i].Variable]))],
            places);
        var clock = Stopwatch.StartNew();
        var (screening, averages) = h.Count <= _options.AverageBeyond ? (null, null) : Average(table.Source, single, observed, pause, cancellation);
        var set = averages?.Set ?? single;
        // What averaging has left dead is collected while no native call runs.
        pause.Renew();
        using var residual = ResidualCovariance.Of(_model, set.H, set.Places, set.Residual);
        using var generator = new Generator((ulong)_options.Seed);
        using var r = new ObservationErrorCovariance(tensor(set.Sigma), residual.BetweenPlaces());
        // What is averaged has been through quality control; an average's own error is small, and it would fall to the tails of the generator's.
        var options = screening is null ? _options : _options with { EstimateError = false, RejectBeyond = double.PositiveInfinity };
        if (!options.EstimateError)
        {
            r.ForgetResidual();
        }

        using var problem = new LatentProblem(_model, set.H, tensor(set.Anomaly).unsqueeze(0), r, _options.ChunkSize);
        // Which cells the observations draw on has been worked out in as much memory again.
        pause.Renew();
        _model.GiveMemoryBack();
        var control = new CheckedSearch(problem, options, Array.ConvertAll(set.Places, p => observed.IndexOf(p.Variable)));
        var (best, members) = Search(problem, control, residual, generator, pause, cancellation);
        pause.Renew();
        _model.GiveMemoryBack();
        var search = clock.Elapsed.TotalSeconds;
        var found = Decode(problem, residual, best, members, fields, cancellation);
        var factors = (screening?.Errors ?? control.Errors) is var (s, errors) ? observed.Select((v, i) => new ErrorFactor(names[v], s[i], errors[i])).ToArray() : null;
        return Summarise(table, h, screening, averages, problem, best, screening?.Check ?? control.Check!, factors, members, found, search);
    }

    private (Screening Screening, SuperObservations Averages) Average(string source, ObservationSet single, List<int> observed, CollectionPause pause, CancellationToken cancellation)
    {
        using var residual = ResidualCovariance.Of(_model, single.H, single.Places);
        var screening = Screening.Of(_model, single, residual, Array.ConvertAll(single.Places, p => observed.IndexOf(p.Variable)), _options, pause, cancellation);
        return screening.Check.Accepted.Contains(true)
            ? (screening, SuperObservations.Of(single with { Sigma = screening.Sigma }, screening.Check.Accepted, residual, _options.AverageBeyond, pause))
            : throw new InvalidInputException(FormattableString.Invariant($"{source}: all {single.Places.Length} observations depart by more than {_options.RejectBeyond} standard deviations from what is predicted of them; check their units, or give a larger --reject-beyond"));
    }

    private (MostProbableState Best, Perturbed? Members) Search(LatentProblem problem, CheckedSearch control, ResidualCovariance residual, Generator generator, CollectionPause pause, CancellationToken cancellation)
    {
        var m = _options.Members;
        if (_options.Method != AssimilationMethod.Adam)
        {
            var best = control.Run((z, jacobian) => GaussNewton.Minimise(problem, z, jacobian, cancellation));
            if (m == 0)
            {
                return (best, null);
            }

            var perturbed = Perturb(problem, residual, m, generator);
            Tensor shift = zeros(1, float64); // (1), or (M, k): of states of the posterior
            if (double.IsFinite(_model.Calibration.EffectiveSampleSize))
            {
                var sampling = SamplingError.Draw(problem, residual, best, _model.Calibration.EffectiveSampleSize, m, generator);
                perturbed = perturbed.With(sampling);
                shift = sampling.Shift(problem, best); // (M, k)
            }

            if (_options.Method != AssimilationMethod.GaussNewton)
            {
                // States of the posterior themselves; their draws of residual and observation errors serve to draw r given z and y.
                using var laplace = new LaplaceApproximation(problem, best);
                if (_options.Method == AssimilationMethod.Laplace)
                {
                    return (best, perturbed with { Z = laplace.Draw(m, generator) + shift });
                }

                var chains = HamiltonianMonteCarlo.Sample(problem, laplace, m, generator, pause, cancellation);
                return (best, perturbed with { Z = chains.Thinned(m) + shift, Sampler = chains.Diagnostics });
            }

            // What the search for the most probable state has freed lies in other pieces than the members' will need.
            pause.Renew();
            _model.GiveMemoryBack();
            var (states, unconverged) = GaussNewton.MinimiseMembers(problem, best, perturbed.Means, perturbed.Observations, cancellation);
            return (best, perturbed with { Z = states, Unconverged = unconverged });
        }

        Perturbed? members = null;
        var found = control.Run((_, _) => ByAdam());
        return (found, members);

        MostProbableState ByAdam()
        {
            // The unperturbed state is searched in the same batch, first.
            var draws = m == 0 ? null : Perturb(problem, residual, m, generator);
            var means = draws is null ? problem.Mean : cat([problem.Mean, draws.Means]); // (1 + M, k)
            var observations = draws is null ? problem.Observations : cat([problem.Observations, draws.Observations]); // (1 + M, n)
            var (z, steps) = AdamSearch.Minimise(problem, means, observations, generator, cancellation);
            members = draws is null ? null : draws with { Z = z.narrow(0, 1, m) };
            var first = z.narrow(0, 0, 1); // (1, k)
            var cost = problem.Cost(first, problem.Mean, problem.Observations).item<double>();
            var prior = 0.5 * ((first - problem.Mean).square() / problem.Variance).sum().item<double>();
            var jacobian = problem.Jacobian(first); // (n, k)
            return new MostProbableState(first, cost, prior, jacobian, problem.Curvature(jacobian), steps, true);
        }
    }

    /// <summary>Each member's own prior draw and observations: y less a draw of their errors and of the residual's field.</summary>
    private static Perturbed Perturb(LatentProblem problem, ResidualCovariance residual, int members, Generator generator)
    {
        var means = problem.Mean + problem.Variance.sqrt() * randn([members, problem.Mean.shape[1]], float64, generator: generator); // (M, k)
        var residuals = residual.DrawAmplitudes(members, generator);
        var observations = problem.Observations - problem.R.DrawOwnErrors(members, generator) - residuals.AtPlaces; // (M, n)
        return new Perturbed(means, means, observations, residuals);
    }

    /// <summary>
    /// D(z) + r for the most probable state and each member. A member's r is its draw, conditioned on its departures
    /// (Matheron's rule; Journel and Huijbregts 1978): r + C_r Hᵀ R⁻¹ (y − ε − H r − H D(z)). The generated fields come first, a
    /// few members at a time; then the residuals, a few cells of all members at a time, with mean and spread.
    /// </summary>
    private Fields Decode(LatentProblem problem, ResidualCovariance residual, MostProbableState best, Perturbed? members, IMemberFields fields, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var z = members is null ? best.Z : cat([best.Z, members.Z]); // (1 + M, k)
        var observed = members is null ? problem.Observations : cat([problem.Observations, members.Observations]); // (1 + M, n)
        var weights = problem.R.Solve(observed - problem.Equivalents(z)); // (1 + M, n)
        var (m, n) = ((int)z.shape[0] - 1, _model.FieldLength);
        var (mostProbable, mean, spread) = (new float[n], new float[n], new float[n]);
        var together = _model.StatesTogether(_options.ChunkSize);
        var buffer = new float[n];
        for (var first = 0; first <= m; first += together)
        {
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            // Large fields' values on the way do not all fit where others were freed: the heap would grow with the members.
            _model.GiveMemoryBack();
            var count = Math.Min(together, m + 1 - first);
            var generated = _model.Decode(z.narrow(0, first, count).to(float32).to(_model.Device)).cpu(); // (s, N)
            for (var i = first; i < first + count; i++)
            {
                generated[i - first].data<float>().CopyTo(i == 0 ? mostProbable : buffer, 0);
                if (i > 0)
                {
                    fields.Write(i - 1, 0, buffer);
                }
            }
        }

        _model.GiveMemoryBack();
        using var noise = new Generator();
        foreach (var part in residual.Parts())
        {
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var (at, c) = (part.At, part.Count);
            Array.Resize(ref buffer, (m + 1) * c);
            mostProbable.AsSpan(at, c).CopyTo(buffer);
            for (var i = 0; i < m; i++)
            {
                fields.Read(i, at, buffer.AsSpan((i + 1) * c, c));
            }

            var here = residual.ToCells(weights, part).add_(tensor(buffer, [m + 1, c])); // (1 + M, c)
            if (members is not null)
            {
                here.narrow(0, 1, m).add_(residual.AtCells(members.Residuals, part, noise)); // (M, c)
            }

            here.masked_fill_(tensor(Array.ConvertAll(_valid[at..(at + c)], v => !v)), float.NaN);
            var ensemble = here.narrow(0, Math.Min(1, m), Math.Max(m, 1)); // (M, c), or the most probable alone
            Values(ensemble.mean([0])).CopyTo(mean, at);
            if (m == 0)
            {
                spread.AsSpan(at, c).Fill(float.NaN);
            }
            else
            {
                Values(ensemble.std(0)).CopyTo(spread, at);
            }

            here.flatten().data<float>().CopyTo(buffer, 0);
            buffer.AsSpan(0, c).CopyTo(mostProbable.AsSpan(at));
            for (var i = 0; i < m; i++)
            {
                fields.Write(i, at, buffer.AsSpan((i + 1) * c, c));
            }
        }

        return new Fields(mostProbable, fields, mean, spread);
    }

    private Analysis Summarise(ObservationTable table, ObservationOperator h, Screening? screening, SuperObservations? averages, LatentProblem problem, MostProbableState best, CheckedObservations check, ErrorFactor[]? factors, Perturbed? perturbed, Fields fields, double search)
    {
        using var scope = NewDisposeScope();
        var observations = ObservationResults.Of(table, h, new ObservationResults.Columns
        {
            Error = screening?.Sigma ?? problem.R.Sigma.data<double>().ToArray(),
            GeneratorError = h.Apply(_model.Calibration.GeneratorError),
            FirstGuess = screening?.FirstGuess ?? problem.Equivalents(problem.Mean).data<double>().ToArray(),
            Analysis = h.Apply(fields.MostProbable),
            Spread = h.Apply(fields.Spread),
            Accepted = check.Accepted,
            CheckDeparture = check.Departures,
            CheckSpread = check.Spreads,
            Average = averages?.Average,
        });
        return new Analysis
        {
            Grid = _model.Grid,
            Variables = _model.Variables,
            MostProbable = fields.MostProbable,
            Members = fields.Members,
            Mean = fields.Mean,
            Spread = fields.Spread,
            Latent = _model.NetworkLatents(best.Z).data<double>().ToArray(),
            Observations = observations,
            Diagnostics = new AnalysisDiagnostics
            {
                Method = _options.Method.Name(),
                Observations = check.Accepted.Count(a => a),
                Averaged = averages is null ? null : new AveragedObservations(problem.R.Count, averages.BoxKilometres),
                Rejected = h.Rejected.Length,
                Flagged = check.Accepted.Count(a => !a),
                Members = fields.Members.Count,
                Cost = best.Cost,
                PriorCost = best.PriorCost,
                ChiSquare = 2 * best.Cost / problem.R.Count,
                Iterations = best.Iterations,
                Converged = best.Converged,
                UnconvergedMembers = perturbed?.Unconverged ?? 0,
                Sampler = perturbed?.Sampler,
                GeneratorCalls = problem.GeneratorCalls,
                BackwardCalls = problem.BackwardCalls,
                SearchSeconds = search,
                ErrorFactors = factors,
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
                $"{source}: {observations} observations need {needed / 1e9:0} GB for the covariance of their errors, {observations}×{observations}; this machine has {available / 1e9:0} GB, enough for {Math.Sqrt(available / Matrices / sizeof(double)):0}: a smaller --average-beyond averages more of them"));
        }
    }

    private static float[] Values(Tensor field) => field.contiguous().data<float>().ToArray();

    private double DefaultError(ObservationTable table, int row, string variable) =>
        _options.DefaultErrors.TryGetValue(variable, out var error)
            ? error
            : throw new InvalidInputException($"{table.Place(row)}: the observation has no error, and none is given for '{variable}'");

    /// <param name="Z">The members' states, (M, k).</param>
    /// <param name="Means">Their prior means, (M, k).</param>
    /// <param name="Observations">(M, n)</param>
    /// <param name="Residuals">Their draws of the residual.</param>
    private sealed record Perturbed(Tensor Z, Tensor Means, Tensor Observations, ResidualDraw Residuals)
    {
        public int Unconverged { get; init; }

        public SamplerDiagnostics? Sampler { get; init; }

        public Perturbed With(SamplingError sampling) => this with
        {
            Means = Means + sampling.Means, // (M, k)
            Observations = Observations - sampling.AtPlaces, // (M, n)
            Residuals = Residuals with
            {
                OfPatterns = Residuals.OfPatterns + sampling.OfPatterns, // (M, m)
                AtPlaces = Residuals.AtPlaces + sampling.AtPlaces, // (M, n)
            },
        };
    }

    /// <param name="MostProbable">(N)</param>
    /// <param name="Members">M of (N).</param>
    /// <param name="Mean">(N)</param>
    /// <param name="Spread">(N)</param>
    private sealed record Fields(float[] MostProbable, IMemberFields Members, float[] Mean, float[] Spread);
}
