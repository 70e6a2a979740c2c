using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Design;

/// <summary>
/// The prior at one time of the year, its generator linear about one of its states: covariances of fields between nodes and the
/// stations of a network, S Sᵀ + σ ρ σ, with S the latents and patterns in standard deviations.
/// </summary>
/// <param name="States">S at the nodes, then at the stations, (N + n, k + m), double precision.</param>
/// <param name="Remainder">σ ρ σ between them, (N + n, N + n), double precision; at a node without its nugget, which no other place shares.</param>
/// <param name="Own">That nugget's variance at the nodes, (N).</param>
/// <param name="Sigma">σ of the remainder at the nodes, (N).</param>
/// <param name="Errors">σ_obs of the stations, (n).</param>
/// <param name="SampleSize">Independent fields that the covariances are worth.</param>
internal sealed record ErrorsAtPlaces(Tensor States, Tensor Remainder, Tensor Own, Tensor Sigma, Tensor Errors, double SampleSize)
{
    private const int StatesTogether = 32;

    /// <summary>N.</summary>
    public long Nodes => Own.shape[0];

    /// <param name="model">At the time.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="stations">With their errors and variables; each has a place in the model's fields.</param>
    /// <param name="seed">Of the state, which is drawn from the prior: at the mean of the latents a generator that bends makes fields that vary less.</param>
    public static ErrorsAtPlaces Of(GenerativeModel model, DesignNodes nodes, IReadOnlyList<Observation> stations, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var names = model.Variables.Select(v => v.Name).ToList();
        var table = new ObservationTable(nodes.Places.Select(p => new Observation(model.Grid.LatitudeOf(p.Cell), OnEarth(model.Grid.LongitudeOf(p.Cell)), 0) { Variable = names[p.Variable] }).Concat(stations));
        var h = new ObservationOperator(model.Grid, names, table, Array.ConvertAll(model.Prior.GeneratorError, float.IsFinite));
        if (h.Count != table.Count)
        {
            throw new InvalidOperationException($"{table.Count - h.Count} of the design's places have no value: {h.Rejected[0].Reason}");
        }

        using var residual = ResidualCovariance.Of(model, h, ObservationPlace.Of(table, h, names));
        using var generator = new ObservedGenerator(model, h, StatesTogether);
        using var random = new Generator(seed);
        var deviation = model.Prior.LatentVariance.to(float64).sqrt(); // (k)
        var state = (model.Prior.LatentMean.to(float64) + deviation * randn(model.LatentSize, float64, generator: random)).unsqueeze(0); // (1, k)
        // A pass for each latent takes minutes where fields are large.
        var jacobian = (model.HasLargeFields ? generator.LinearJacobian() : null) ?? generator.Jacobian(state); // (N + n, k)
        var states = cat([jacobian * deviation, residual.PatternsAtPlaces.transpose(0, 1)], 1); // (N + n, k + m)
        var remainder = residual.RemainderBetweenPlaces(); // (N + n, N + n)
        var sigma = residual.PlaceSigma.narrow(0, 0, nodes.Places.Count).clone(); // (N)
        var own = residual.Correlation.Nugget * sigma.square(); // (N)
        remainder.diagonal().narrow(0, 0, nodes.Places.Count).sub_(own);
        double[] errors = [.. stations.Select(s => s.Error!.Value)];
        return new ErrorsAtPlaces(
            states.MoveToOuterDisposeScope(),
            remainder.MoveToOuterDisposeScope(),
            own.MoveToOuterDisposeScope(),
            sigma.MoveToOuterDisposeScope(),
            (errors.Length == 0 ? zeros(0, float64) : tensor(errors)).MoveToOuterDisposeScope(),
            model.Prior.EffectiveSampleSize);
    }

    // As an observation has it, −180…360.
    private static double OnEarth(double longitude) => longitude is >= -180 and <= 360 ? longitude : Math.IEEERemainder(longitude, 360);
}
