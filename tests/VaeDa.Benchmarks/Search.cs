using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>One assimilation's search, in the steps in which <see cref="Assimilator"/> takes it, so that each can be timed.</summary>
internal sealed class Search : IDisposable
{
    // Every observation counts, so that rival searches have the same J.
    private readonly AssimilationOptions _options = new() { RejectBeyond = double.PositiveInfinity };
    private readonly GenerativeModel _model;
    private readonly ResidualCovariance _residual;

    /// <summary>H, R and its inverse.</summary>
    public Search(GenerativeModel model, ObservationTable table)
    {
        model.MapLargeFields();
        (_model, var options) = (model, _options);
        var names = model.Variables.Select(v => v.Name).ToList();
        var h = new ObservationOperator(model.Grid, names, table, Array.ConvertAll(model.Prior.GeneratorError, float.IsFinite));
        var set = new ObservationSet(h, [.. h.Accepted.Select(i => table.Anomaly[i])], [.. h.Accepted.Select(i => table.Error[i]!.Value)], ObservationPlace.Of(table, h, names));
        set = h.Count > options.AverageBeyond ? Averages(model, set, options) : set;
        _residual = ResidualCovariance.Of(model, set.H, set.Places, set.Residual);
        var r = new ObservationErrorCovariance(tensor(set.Sigma), _residual.BetweenPlaces());
        Problem = new LatentProblem(model, set.H, tensor(set.Anomaly).unsqueeze(0), r, options.ChunkSize);
    }

    public LatentProblem Problem { get; }

    /// <summary>Observations at the places of others, of a draw of the model itself: a state, a residual and errors.</summary>
    public static ObservationTable Observe(GenerativeModel model, ObservationTable places)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(7);
        var h = new ObservationOperator(model.Grid, [.. model.Variables.Select(v => v.Name)], places);
        using var residual = ResidualCovariance.Of(model, h, ObservationPlace.Of(places, h, [.. model.Variables.Select(v => v.Name)]));
        var z = model.Prior.LatentMean + model.Prior.LatentVariance.sqrt() * randn([1, model.LatentSize], generator: generator); // (1, k)
        var errors = randn([1, h.Count], float64, generator: generator) * tensor(h.Accepted.Select(i => places.Error[i]!.Value).ToArray()); // (1, n)
        var y = (h.Apply(model.Decode(z)).to(float64) + residual.DrawAmplitudes(1, Noise.Of(7)).AtPlaces + errors).data<double>().ToArray(); // (n)
        return new ObservationTable(h.Accepted.Select((row, i) => new Observation(places.Latitude[row], places.Longitude[row], y[i]) { Error = places.Error[row] }));
    }

    /// <summary>
    /// How far the generator is from linear: ‖H (D(z) − D(μ) − G (z − μ))‖ / ‖H G (z − μ)‖ for draws of the prior, root mean square.
    /// </summary>
    public double NonLinearity()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var steps = Problem.Variance.sqrt() * randn([16, Problem.Mean.shape[1]], float64, generator: generator); // (16, k)
        var linear = steps.matmul(Problem.Jacobian(Problem.Mean).transpose(0, 1)); // (16, n)
        var rest = Problem.Equivalents(Problem.Mean + steps) - Problem.Equivalents(Problem.Mean) - linear; // (16, n)
        return (rest.square().sum() / linear.square().sum()).sqrt().item<double>();
    }

    /// <summary>One state through the whole generator and back, every cell of it.</summary>
    public void WholeGradient(GenerativeModel model)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var z = Problem.Mean.to(float32).clone().requires_grad_(true); // (1, k)
        var fields = model.Decode(z); // (1, N)
        fields.backward([ones_like(fields)]); // (1, N) into (1, k)
    }

    public MostProbableState MostProbable()
    {
        // The benchmark's own pause serves.
        using var pause = new CollectionPause();
        var control = ObservationControl.Of(Problem.R, new ControlSettings(_options.RejectBeyond, EstimatesErrors: false), new int[Problem.R.Accepted.Count]);
        var found = new EnsembleSearch(_model, _options with { Members = 0 }, _residual, Noise.Of(1), pause).Run("made observations", Problem, control, CancellationToken.None);
        found.Control.Stated.Dispose();
        return found.Best;
    }

    /// <returns>The members' prior means (M, k) and observations (M, n).</returns>
    public (Tensor Means, Tensor Observations) Perturb(int members, long seed)
    {
        using var scope = NewDisposeScope();
        var drawn = PerturbedMembers.Draw(Problem, _residual, members, Noise.Of(seed));
        return (drawn.Means.MoveToOuterDisposeScope(), drawn.Observations.MoveToOuterDisposeScope());
    }

    private static ObservationSet Averages(GenerativeModel model, ObservationSet single, AssimilationOptions options)
    {
        // The benchmark's own pause serves.
        using var pause = new CollectionPause();
        using var residual = ResidualCovariance.Of(model, single.H, single.Places);
        var screening = Screening.Of(model, single, new int[single.Places.Length], new ControlSettings(options.RejectBeyond, EstimatesErrors: false), options.Seed, options.ChunkSize, pause, CancellationToken.None);
        return SuperObservations.Of(single, screening.Check.Accepted, residual.PlaceSigma.data<double>().ToArray(), residual.Correlation, options.AverageBeyond, pause).Set;
    }

    public void Dispose()
    {
        Problem.Dispose();
        Problem.R.Dispose();
        _residual.Dispose();
    }
}
