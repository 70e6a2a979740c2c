using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Assimilation.Time;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>One date of a sequence: its observations, controlled by themselves, and what they say of the date's state.</summary>
internal sealed class SequenceDate : IDisposable
{
    private readonly GenerativeModel _model; // at the time
    private readonly AssimilationOptions _options;
    private readonly RemainderNoise _remainder;
    private readonly ObservationTable _table;
    private readonly SearchedDate? _searched;
    private readonly ResidualCovariance _residual;
    private readonly LatentProblem? _whole; // with R of all
    private ObservationErrorCovariance? _all;
    private ObservationErrorCovariance? _r;
    private LatentProblem? _problem;
    private CheckedObservations? _check;

    private SequenceDate(GenerativeModel then, AssimilationOptions options, DateTime time, RemainderNoise remainder, ObservationTable? table, SearchedDate? searched)
    {
        (_model, _options, _remainder, _searched, Time) = (then, options, remainder, searched, time);
        _table = table ?? new ObservationTable([]);
        if (searched is null)
        {
            _residual = ResidualCovariance.Of(then);
            return;
        }

        using var scope = NewDisposeScope();
        var found = searched.Found;
        _residual = searched.Residual;
        _all = new ObservationErrorCovariance(found.Problem.R.Sigma.clone(), _residual.RemainderBetweenPlaces(), keepsResidual: false);
        _whole = new LatentProblem(then, searched.Set.H, tensor(searched.Set.Anomaly).unsqueeze(0), _all, options.ChunkSize);
        _r = _all.Accepting(found.Control.R.Accepted);
        _problem = _whole.With(_r);
        Problem = new DatedProblem(_problem, _residual);
        var departures = found.Problem.Observations - found.Problem.Equivalents(found.Best.Z); // (1, n)
        Start = Problem.State(found.Best.Z, _residual.Amplitudes(found.Problem.R.Solve(departures))).DetachFromDisposeScope(); // (1, d)
        // By a generator of its own, since what finds derivatives takes memory.
        using var observed = _problem.Observed();
        Jacobian = observed.Jacobian(found.Best.Z).DetachFromDisposeScope(); // (n, k)
        Information = Problem.Information(Jacobian).DetachFromDisposeScope(); // (d, d)
        Converged = found.Best.Converged;
        searched.EndSearch();
        _all.EndControl(_r);
    }

    /// <summary>UTC.</summary>
    public DateTime Time { get; }

    /// <summary>Null where nothing is observed.</summary>
    public DatedProblem? Problem { get; private set; }

    /// <summary>The most probable state of the date by itself, (1, d); null where nothing is observed.</summary>
    public Tensor? Start { get; }

    /// <summary>∂(H D)/∂z there, (n, k); null where nothing is observed.</summary>
    public Tensor? Jacobian { get; }

    /// <summary>What the observations add to the precision of the state there, (d, d); null where nothing is observed.</summary>
    public Tensor? Information { get; private set; }

    /// <summary>Whether the date's own search, and its quality control, came to an end.</summary>
    public bool Converged { get; } = true;

    /// <param name="model">Of the whole year.</param>
    /// <param name="options">Of the analysis.</param>
    /// <param name="time">UTC.</param>
    /// <param name="remainder">What the remainder is drawn from.</param>
    /// <param name="table">Null where nothing is observed.</param>
    /// <param name="cancellation">Checked on the way.</param>
    /// <exception cref="InvalidInputException">None of the observations can be used or is believed, or what the date by itself makes of them is no result that counts.</exception>
    public static SequenceDate Of(GenerativeModel model, AssimilationOptions options, DateTime time, RemainderNoise remainder, ObservationTable? table, CancellationToken cancellation)
    {
        // Before the dispose scope, which it outlives.
        var then = model.At(time);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var pause = new CollectionPause();
        SearchedDate? searched = null;
        try
        {
            searched = table is null ? null : new Assimilator(then, options).Search(table, options with { Members = 0 }, pause, cancellation);
            if (searched?.Fault(table!) is { } fault)
            {
                throw new InvalidInputException(fault);
            }

            return new SequenceDate(then, options, time, remainder, table, searched);
        }
        catch
        {
            searched?.Dispose();
            then.Dispose();
            throw;
        }
    }

    /// <summary>As it was before other dates spoke of its observations.</summary>
    public void Renew()
    {
        if (Problem is null)
        {
            return;
        }

        using var noGrad = no_grad();
        _check = null;
        var accepted = _searched!.Found.Control.R.Accepted;
        if (_r!.Accepted.SequenceEqual(accepted))
        {
            Information?.Dispose();
            Information = Problem.Information(Jacobian!).DetachFromDisposeScope(); // (d, d)
        }
        else
        {
            Believe([.. accepted]);
        }
    }

    /// <summary>Controls the observations again, beside what those of all other dates say.</summary>
    /// <param name="state">The most probable one, (1, d).</param>
    /// <param name="covariance">Of the state given all observations, (d, d).</param>
    /// <param name="closing">Whether those that are believed stay so.</param>
    /// <returns>Whether others are believed than before.</returns>
    public bool Control(Tensor state, Tensor covariance, bool closing)
    {
        if (Problem is null)
        {
            return false;
        }

        using var noGrad = no_grad();
        if (_searched!.Averaged is not null)
        {
            // An average is not checked, as in the analysis of a single date.
            Information?.Dispose();
            Information = Problem.Information(Jacobian!).DetachFromDisposeScope(); // (d, d)
            return false;
        }

        (_check, var information) = ControlInSequence.Of(Problem, _problem!, _residual, Jacobian!, state, covariance, _options.RejectBeyond, closing);
        Information?.Dispose();
        Information = information.DetachFromDisposeScope();
        if (_check.Accepted.SequenceEqual(_r!.Accepted))
        {
            return false;
        }

        Believe(_check.Accepted);
        return true;
    }

    /// <summary>y less draws of the observations' own errors and of what the patterns leave of the residual.</summary>
    /// <returns>(M, n)</returns>
    public Tensor Perturbed()
    {
        using var scope = NewDisposeScope();
        var (noise, m) = (Noise.Of(_options.Seed, Time), _options.Members);
        var draw = _residual.DrawAmplitudes(m, noise, _remainder);
        var remainder = draw.AtPlaces - _residual.AtPlaces(draw.OfPatterns); // (M, n)
        var own = _problem!.R.Sigma * noise.For(DrawOf.ObservationErrors).Normal(m, _residual.PlaceKeys); // (M, n)
        return (_problem.Observations - own - remainder).MoveToOuterDisposeScope(); // (M, n)
    }

    /// <summary>The analysis of the date.</summary>
    /// <param name="best">The most probable state, (1, d).</param>
    /// <param name="priorCost">What it adds to the prior's part of J.</param>
    /// <param name="members">States (M, d), perturbed observations (M, n), and how many members did not converge; null without members.</param>
    /// <param name="iterations">Of the search for the most probable sequence.</param>
    /// <param name="converged">Whether that search came to its end.</param>
    /// <param name="fields">Takes the members.</param>
    /// <param name="seconds">Of the search, of one date.</param>
    /// <param name="cancellation">Checked on the way.</param>
    public Analysis Finish(Tensor best, double priorCost, (Tensor States, Tensor? Observations, int Unconverged)? members, int iterations, bool converged, IMemberFields fields, double seconds, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (k, noise) = (_model.LatentSize, Noise.Of(_options.Seed, Time));
        var states = members is var (x, _, _) ? cat([best, x]) : best; // (1 + M, d)
        var z = _model.Prior.LatentMean.to(float64) + _model.Prior.LatentVariance.to(float64).sqrt() * states.narrow(1, 0, k); // (1 + M, k)
        var amplitudes = states.narrow(1, k, states.shape[1] - k); // (1 + M, m)
        PerturbedMembers? perturbed = null;
        if (members is var (_, observations, _))
        {
            // The patterns' part is in the states.
            var draw = _residual.DrawAmplitudes(_options.Members, noise, _remainder);
            draw = draw with { OfPatterns = zeros_like(draw.OfPatterns) };
            var ofMembers = z.narrow(0, 1, _options.Members); // (M, k)
            perturbed = new PerturbedMembers(ofMembers, ofMembers, observations ?? zeros([_options.Members, 0], float64), draw);
        }

        var ensemble = EnsembleFields.Of(_model, _problem, _residual, z.narrow(0, 0, 1), perturbed, amplitudes, fields, _options.ChunkSize, cancellation);
        var cost = priorCost + (Problem is null ? 0 : Problem.CostAndGradient(best, _problem!.Observations).Cost.item<double>());
        var state = new MostProbableState(z.narrow(0, 0, 1), cost, priorCost, zeros(0), zeros(0), iterations, converged);
        var searched = _check is null ? _searched : _searched! with { Check = _check, Alone = _searched.Check };
        return new Assimilator(_model, _options).Summarise(_table, Time, searched, _problem, state, ensemble, members?.Unconverged ?? 0, null, seconds);
    }

    public void Dispose()
    {
        EndBelief();
        _whole?.Dispose();
        Start?.Dispose();
        Jacobian?.Dispose();
        Information?.Dispose();
        _residual.Dispose();
        _model.Dispose();
    }

    private void Believe(bool[] accepted)
    {
        using var scope = NewDisposeScope();
        var all = new ObservationErrorCovariance(_r!.Sigma.clone(), _residual.RemainderBetweenPlaces(), keepsResidual: false);
        EndBelief();
        (_all, _r) = (all, all.Accepting(accepted));
        _problem = _whole!.With(_r);
        Problem = new DatedProblem(_problem, _residual);
        Information!.Dispose();
        Information = Problem.Information(Jacobian!).DetachFromDisposeScope(); // (d, d)
        _all.EndControl(_r);
    }

    private void EndBelief()
    {
        Problem?.Dispose();
        if (!ReferenceEquals(_r, _all))
        {
            _r?.Dispose();
        }

        _all?.Dispose();
    }
}
