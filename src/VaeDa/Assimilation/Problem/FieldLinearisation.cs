using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>D(z) and ∂D/∂z about the latents' mean, as fields: what analyses of many networks about the same state share.</summary>
public sealed class FieldLinearisation : IDisposable
{
    private const int StatesInChunk = 16;

    private readonly Tensor _z; // (1, k)
    private readonly Tensor _field; // (1, N), D(z)
    private readonly Tensor _patterns; // (k, N), ∂D/∂z

    private FieldLinearisation(Tensor z, Tensor field, Tensor patterns) =>
        (_z, _field, _patterns) = (z.DetachFromDisposeScope(), field.DetachFromDisposeScope(), patterns.DetachFromDisposeScope());

    /// <summary>By forward differences, in as many calls of the generator as it has latents.</summary>
    public static FieldLinearisation AboutMean(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var z = model.Prior.LatentMean.to(float64).unsqueeze(0); // (1, k)
        var (field, patterns) = ForwardDifferences.Of(Fields, z, model.Prior.LatentVariance.to(float64).sqrt().unsqueeze(0)); // (1, N), (k, N)
        return new FieldLinearisation(z, field, patterns);

        Tensor Fields(Tensor states) => cat(states.split(StatesInChunk).Select(part => model.Decode(part.to(float32).to(model.Device)).cpu()).ToList());
    }

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
