using static TorchSharp.torch;

namespace VaeDa.Model.Linear;

/// <summary>
/// Fills the gaps of fields with what a linear Gaussian model expects there, given the values that they have: x = m + Pᵀ z + e,
/// z ~ N(0, I), e white (probabilistic principal components, Tipping and Bishop 1999). Encoders project whole fields: of a field
/// with gaps at no anomaly the latents would be too small by the part that is missing.
/// </summary>
internal static class GapFilling
{
    private const int MostSteps = 40;
    private const double Tolerance = 1e-4;

    // Of the variance of the patterns. They are zero where no field ever had a value, and such cells stay as they are.
    private const double Reached = 1e-8;

    /// <param name="x">(B, N), normalised.</param>
    /// <param name="weights">Of the values, (B, N) or (1, N): 0 where there is none.</param>
    /// <param name="mean">m, (N).</param>
    /// <param name="patterns">P, (k, N).</param>
    /// <param name="noise">Variance of e at a value of weight 1.</param>
    /// <returns>(B, N): the fields themselves, but for the gaps of those that have any within reach of the patterns.</returns>
    public static Tensor Fill(Tensor x, Tensor weights, Tensor mean, Tensor patterns, double noise)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var absent = weights.eq(0).expand_as(x); // (B, N)
        var variance = patterns.square().sum([0]); // (N)
        var rows = absent.to(float32).matmul(variance).gt(Reached * variance.sum()).nonzero().flatten(); // (b)
        if (rows.shape[0] == 0)
        {
            return x.alias().MoveToOuterDisposeScope();
        }

        var (own, gaps) = (x.index_select(0, rows), absent.index_select(0, rows)); // (b, N) each
        var expected = mean + Expected(own - mean, weights.expand_as(x).index_select(0, rows), patterns, noise).matmul(patterns); // (b, N)
        return x.clone().index_copy_(0, rows, where(gaps, expected, own)).MoveToOuterDisposeScope(); // (B, N)
    }

    /// <summary>E[z | values] = (P W Pᵀ + s² I)⁻¹ P W x, by conjugate gradients preconditioned by the diagonal (Hestenes and Stiefel 1952).</summary>
    /// <param name="x">(b, N)</param>
    /// <param name="weights">W, (b, N).</param>
    /// <param name="patterns">P, (k, N).</param>
    /// <param name="noise">s²</param>
    /// <returns>(b, k)</returns>
    public static Tensor Expected(Tensor x, Tensor weights, Tensor patterns, double noise)
    {
        using var scope = NewDisposeScope();
        var transposed = patterns.transpose(0, 1); // (N, k)
        var right = (weights * x).matmul(transposed); // (b, k)
        var diagonal = weights.matmul(transposed.square()) + noise; // (b, k)
        var enough = Tolerance * Tolerance * right.square().sum(1); // (b)
        var (z, left) = (zeros_like(right), right); // (b, k) each
        var direction = left / diagonal; // (b, k)
        var product = (left * direction).sum(1, keepdim: true); // (b, 1)
        for (var step = 0; step < MostSteps && left.square().sum(1).gt(enough).any().item<bool>(); step++)
        {
            var moved = (weights * direction.matmul(patterns)).matmul(transposed) + noise * direction; // (b, k)
            var length = product / (direction * moved).sum(1, keepdim: true).clamp_min(float.Epsilon); // (b, 1)
            (z, left) = (z + length * direction, left - length * moved);
            var scaled = left / diagonal; // (b, k)
            var next = (left * scaled).sum(1, keepdim: true); // (b, 1)
            direction = scaled + next / product.clamp_min(float.Epsilon) * direction;
            product = next;
        }

        return z.MoveToOuterDisposeScope();
    }
}
