using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>Derivatives with respect to the latents by forward differences.</summary>
internal static class ForwardDifferences
{
    // A twentieth of a standard deviation: small beside the generator's curvature, large beside float32's rounding.
    private const double Step = 0.05;

    /// <param name="function">From states (1 + k, k), double precision, to values (1 + k, m).</param>
    /// <param name="z">(1, k), double precision.</param>
    /// <param name="deviation">Standard deviations of the latents, (1, k), which scale the steps.</param>
    /// <returns>f(z), (1, m), and ∂f/∂z, (k, m).</returns>
    public static (Tensor Value, Tensor Derivatives) Of(Func<Tensor, Tensor> function, Tensor z, Tensor deviation)
    {
        using var scope = NewDisposeScope();
        var step = Step * deviation; // (1, k)
        using var values = function(cat([z, z + diag(step.squeeze(0))])); // (1 + k, m)
        var value = values.narrow(0, 0, 1); // (1, m)
        var derivatives = (values.narrow(0, 1, z.shape[1]) - value) / step.to(values.dtype).transpose(0, 1); // (k, m)
        return (value.clone().MoveToOuterDisposeScope(), derivatives.MoveToOuterDisposeScope());
    }
}
