using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>
/// A generator made linear about a state, as a rule the mean of its latents: the field D(z) and the derivatives ∂D/∂z there. It can be shared by the
/// predictions for many networks, each of which would otherwise find it anew.
/// </summary>
public sealed class FieldLinearisation : IDisposable
{
    private const int StatesInChunk = 16;

    private readonly Tensor _z; // (1, k)
    private readonly Tensor _field; // (1, N), D(z)
    private readonly Tensor _patterns; // (k, N), ∂D/∂z

    private FieldLinearisation(Tensor z, Tensor field, Tensor patterns) =>
        (_z, _field, _patterns) = (z.DetachFromDisposeScope(), field.DetachFromDisposeScope(), patterns.DetachFromDisposeScope());

    /// <summary>Makes a model's generator linear, by forward differences: it decodes one state for each latent.</summary>
    /// <param name="model">The model, at a time of the year or not; it is not disposed here.</param>
    /// <returns>The linearisation, which holds k + 1 fields in memory and which the caller disposes.</returns>
    public static FieldLinearisation AboutMean(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var mean = model.Prior.LatentMean.to(float64).unsqueeze(0); // (1, k)
        return About(model, mean);
    }

    /// <summary>The same about any state.</summary>
    /// <param name="model">Not disposed here.</param>
    /// <param name="z">(1, k), double precision.</param>
    internal static FieldLinearisation About(GenerativeModel model, Tensor z)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (field, patterns) = ForwardDifferences.Of(Fields, z, model.Prior.LatentVariance.to(float64).sqrt().unsqueeze(0)); // (1, N), (k, N)
        return new FieldLinearisation(z.clone(), field, patterns);

        Tensor Fields(Tensor states) => cat(states.split(StatesInChunk).Select(part => model.Decode(part.to(float32).to(model.Device)).cpu()).ToList());
    }

    /// <summary>∂D/∂z, (k, N).</summary>
    internal Tensor Derivatives => _patterns;

    /// <summary>As observed.</summary>
    internal Linearisation Observed(ObservationOperator h)
    {
        using var scope = NewDisposeScope();
        var (equivalents, jacobian) = (h.Apply(_field).to(float64), h.Apply(_patterns).to(float64).transpose(0, 1).contiguous()); // (1, n), (n, k)
        return new Linearisation(_z.clone().MoveToOuterDisposeScope(), jacobian.MoveToOuterDisposeScope(), equivalents.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _z.Dispose();
        _field.Dispose();
        _patterns.Dispose();
    }
}
