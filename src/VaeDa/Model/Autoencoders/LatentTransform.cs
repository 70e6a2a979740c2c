using VaeDa.Archives.Batches;
using static TorchSharp.torch;

namespace VaeDa.Model.Autoencoders;

/// <summary>
/// An autoencoder in latent coordinates of which a Gaussian prior's are independent and of variance 1: z = μ + L u, B = L Lᵀ.
/// </summary>
/// <param name="autoencoder">Not disposed here.</param>
/// <param name="mean">μ, (k).</param>
/// <param name="factor">L, (k, k), double precision; both the new object's own.</param>
internal sealed class LatentTransform(IAutoencoder autoencoder, Tensor mean, Tensor factor) : IAutoencoder
{
    private readonly Tensor _mean = mean.DetachFromDisposeScope(); // (k)
    private readonly Tensor _factor = factor.DetachFromDisposeScope(); // (k, k)

    public int LatentSize => autoencoder.LatentSize;

    public Tensor? LinearPatterns => autoencoder.LinearPatterns is { } patterns ? Turned(patterns) : null; // (k, N)

    /// <summary>∂D/∂z of the autoencoder itself, (k, N).</summary>
    public Tensor? OriginalLinearPatterns => autoencoder.LinearPatterns;

    /// <summary>∂/∂u of what has the derivatives ∂/∂z.</summary>
    /// <param name="derivatives">(k, any), single precision.</param>
    /// <returns>The same shape.</returns>
    public Tensor Turned(Tensor derivatives)
    {
        using var scope = NewDisposeScope();
        return _factor.transpose(0, 1).to(float32).to(derivatives.device).matmul(derivatives).MoveToOuterDisposeScope();
    }

    public Tensor Filled(FieldBatch batch) => autoencoder.Filled(batch);

    /// <summary>q(u|x): its variances are the diagonal of L⁻¹ diag(var z) L⁻ᵀ.</summary>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = autoencoder.Encode(x); // (B, k)
        var inverse = linalg.inv(_factor).to(mean.device); // (k, k)
        var u = (mean.to(float64) - _mean.to(mean.device)).matmul(inverse.transpose(0, 1)); // (B, k)
        var variance = logVariance.to(float64).exp().matmul(inverse.square().transpose(0, 1)); // (B, k)
        return (u.to(float32).MoveToOuterDisposeScope(), variance.log().to(float32).MoveToOuterDisposeScope());
    }

    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        return autoencoder.Decode(Original(z)).MoveToOuterDisposeScope(); // (B, V, H, W)
    }

    public ICellDecoder? At(IReadOnlyList<int> cells) => autoencoder.At(cells) is { } decoder ? new CellDecoder(this, decoder) : null;

    public ILocalJacobian? JacobianOf(IReadOnlyList<long> indices, IReadOnlyList<float> weights, int m) =>
        autoencoder.JacobianOf(indices, weights, m) is { } jacobian ? new Jacobian(this, jacobian) : null;

    /// <summary>z = μ + L u.</summary>
    /// <param name="u">(B, k), of any precision, which the result has too.</param>
    /// <returns>(B, k)</returns>
    public Tensor Original(Tensor u)
    {
        using var scope = NewDisposeScope();
        return (_mean.to(u.dtype).to(u.device) + u.matmul(_factor.transpose(0, 1).to(u.dtype).to(u.device))).MoveToOuterDisposeScope(); // (B, k)
    }

    public void Dispose()
    {
        _mean.Dispose();
        _factor.Dispose();
    }

    private sealed class CellDecoder(LatentTransform transform, ICellDecoder decoder) : ICellDecoder
    {
        public Tensor Decode(Tensor z)
        {
            using var original = transform.Original(z); // (B, k)
            return decoder.Decode(original); // (B, V, c)
        }

        public void Dispose() => decoder.Dispose();
    }

    private sealed class Jacobian(LatentTransform transform, ILocalJacobian jacobian) : ILocalJacobian
    {
        public Tensor At(Tensor z)
        {
            using var scope = NewDisposeScope();
            return transform.Turned(jacobian.At(transform.Original(z)).transpose(0, 1)).transpose(0, 1).MoveToOuterDisposeScope(); // (n, k)
        }

        public void Dispose() => jacobian.Dispose();
    }
}
