using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>H D and its Jacobian at one latent state.</summary>
internal static class ObservationJacobian
{
    // A twentieth of a standard deviation: small beside the generator's curvature, large beside float32's rounding.
    private const double DifferenceStep = 0.05;
    private const int StatesInChunk = 16;

    /// <summary>D at a state and its derivatives, as fields: by forward differences in units of the latents' standard deviations.</summary>
    /// <param name="z">(k)</param>
    /// <param name="deviation">√B, (k), of the differences and of the result.</param>
    /// <returns>D(z), (1, N), and ∂D/∂z √B, (k, N); single precision, on the CPU.</returns>
    public static (Tensor Field, Tensor Patterns) Fields(GenerativeModel model, Tensor z, Tensor deviation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var states = cat([z.unsqueeze(0), z + diag(DifferenceStep * deviation)]); // (1 + k, k)
        var fields = cat(states.split(StatesInChunk).Select(part => model.Decode(part.to(float32).to(model.Device)).cpu()).ToList()); // (1 + k, N)
        var field = fields.narrow(0, 0, 1); // (1, N)
        var patterns = (fields.narrow(0, 1, z.shape[0]) - field) / DifferenceStep; // (k, N)
        return (field.clone().MoveToOuterDisposeScope(), patterns.MoveToOuterDisposeScope());
    }

    /// <summary><see cref="Fields"/> at the observations.</summary>
    /// <returns>(n) and (n, k), double precision.</returns>
    public static (Tensor Equivalents, Tensor Jacobian) At(GenerativeModel model, ObservationOperator h, Tensor z, Tensor deviation)
    {
        using var scope = NewDisposeScope();
        var (field, patterns) = Fields(model, z, deviation);
        return (h.Apply(field).to(float64).squeeze(0).MoveToOuterDisposeScope(), h.Apply(patterns).to(float64).transpose(0, 1).contiguous().MoveToOuterDisposeScope());
    }
}
