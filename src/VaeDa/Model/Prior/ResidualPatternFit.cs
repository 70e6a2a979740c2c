using VaeDa.Fields;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// The leading patterns of what a generator leaves: EOFs of its residuals on the training fields, each with the variance
/// that it has on fields held out. A sample covariance of few modes, as hybrid variational systems add to a parametric one
/// (Hamill and Snyder 2000): it knows coasts, storm tracks and anisotropy, which a correlation of distance alone does not.
/// </summary>
internal static class ResidualPatternFit
{
    private const int Most = 400;

    // Patterns drawn from fewer fields than this for each would be noise.
    private const int FieldsForEach = 10;

    // Bounds the patterns' memory and the model file's size on large grids.
    private const long MostValues = 32_000_000;

    /// <param name="training">Residuals on training fields, T of them, normalised units.</param>
    /// <param name="heldOut">Residuals on fields held out, (S, N), normalised units, NaN where there is no value.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>
    /// Patterns (m, N), normalised units, of amplitudes with variance 1 on held-out fields; and the held-out residuals
    /// without them (S, N). m falls with the number of fields and the size of the grid, to 0.
    /// </returns>
    public static (Tensor Patterns, Tensor Remainder) Of(IFieldSet training, Tensor heldOut, CancellationToken cancellation)
    {
        var n = heldOut.shape[1];
        var modes = (int)new[] { Most, training.Count / FieldsForEach, n / FieldsForEach, MostValues / n }.Min();
        if (modes < 1)
        {
            return (zeros(0, n), heldOut.alias());
        }

        using var scope = NewDisposeScope();
        var already = new Normalisation { Scale = [.. training.Variables.Select(_ => 1.0)], Offset = new double[training.Variables.Count] };
        using var basis = EofBasis.Of(training, already, modes, cancellation);
        var amplitudes = heldOut.nan_to_num(0).matmul(basis.Projection.transpose(0, 1)); // (S, m)
        var remainder = heldOut - amplitudes.matmul(basis.Patterns); // (S, N)
        var variance = Smoothed(amplitudes.square().mean([0])); // (m)
        var patterns = basis.Patterns * variance.sqrt().unsqueeze(1); // (m, N)
        return (patterns.MoveToOuterDisposeScope(), remainder.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Running means: one mode's variance is known from few independent fields, but how much more its like have on fields
    /// held out than on those that they were found in changes slowly along the spectrum.
    /// </summary>
    private static Tensor Smoothed(Tensor variance)
    {
        var values = variance.data<float>().ToArray();
        var reach = values.Length / 20;
        return tensor(Enumerable.Range(0, values.Length)
            .Select(i => (First: Math.Max(0, i - reach), Last: Math.Min(values.Length - 1, i + reach)))
            .Select(range => values.AsSpan(range.First, range.Last - range.First + 1).ToArray().Average())
            .ToArray()); // (m)
    }
}
