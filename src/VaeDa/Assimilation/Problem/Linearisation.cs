using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>D(z) and ∂D/∂z at one latent state, as fields: what many analyses about the same state share.</summary>
public sealed class Linearisation : IDisposable
{
    // A twentieth of a standard deviation: small beside the generator's curvature, large beside float32's rounding.
    private const double DifferenceStep = 0.05;
    private const int StatesInChunk = 16;

    private readonly Tensor _field; // (1, N), D(z)
    private readonly Tensor _patterns; // (k, N), ∂D/∂z

    private Linearisation(Tensor field, Tensor patterns) => (_field, _patterns) = (field, patterns);

    /// <summary>About the latents' mean.</summary>
    public static Linearisation AboutMean(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        return At(model, model.Prior.LatentMean.to(float64), model.Prior.LatentVariance.to(float64).sqrt());
    }

    /// <summary>By forward differences.</summary>
    /// <param name="z">(k), double precision.</param>
    /// <param name="deviation">Standard deviations of the latents, (k), which scale the differences.</param>
    public static Linearisation At(GenerativeModel model, Tensor z, Tensor deviation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(z);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var step = DifferenceStep * deviation; // (k)
        var states = cat([z.unsqueeze(0), z + diag(step)]); // (1 + k, k)
        var fields = cat(states.split(StatesInChunk).Select(part => model.Decode(part.to(float32).to(model.Device)).cpu()).ToList()); // (1 + k, N)
        var field = fields.narrow(0, 0, 1); // (1, N)
        var patterns = (fields.narrow(0, 1, z.shape[0]) - field) / step.to(float32).unsqueeze(1); // (k, N)
        return new Linearisation(field.clone().DetachFromDisposeScope(), patterns.DetachFromDisposeScope());
    }

    /// <returns>H D(z), (n), and H ∂D/∂z, (n, k), double precision.</returns>
    public (Tensor Equivalents, Tensor Jacobian) Observed(ObservationOperator h)
    {
        ArgumentNullException.ThrowIfNull(h);
        using var scope = NewDisposeScope();
        return (h.Apply(_field).to(float64).squeeze(0).MoveToOuterDisposeScope(), h.Apply(_patterns).to(float64).transpose(0, 1).contiguous().MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _field.Dispose();
        _patterns.Dispose();
    }
}
