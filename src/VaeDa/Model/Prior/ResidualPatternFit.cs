using VaeDa.Fields;
using VaeDa.Model.Linear;
using VaeDa.Runtime;
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

    private const int FieldsTogether = 64;

    // Of the values of the fullest training field.
    private const double FullEnough = 0.5;

    // Bounds the patterns' memory and the model file's size on large grids.
    private const long MostValues = 32_000_000;

    /// <param name="training">Residuals on training fields, T of them, normalised units.</param>
    /// <param name="heldOut">Residuals on fields held out, (S, N), normalised units, NaN where there is no value.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>
    /// Patterns (m, N), normalised units, of amplitudes with variance 1 on held-out fields; and the held-out residuals
    /// without them (S, N). m falls with the number of fields and the size of the grid, to 0.
    /// </returns>
    public static (Tensor Patterns, Tensor Remainder) Of(InMemoryFields training, Tensor heldOut, CancellationToken cancellation)
    {
        var n = heldOut.shape[1];
        var (worth, fullest) = ValuesOf(training);
        var modes = (int)new[] { Most, worth / FieldsForEach, n / FieldsForEach, MostValues / n }.Min();
        if (modes < 1)
        {
            return (zeros(0, n), heldOut.alias());
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        var already = new Normalisation { Scale = [.. training.Variables.Select(_ => 1.0)], Offset = new double[training.Variables.Count] };
        using var basis = EofBasis.Of(training, already, modes, cancellation);
        var present = heldOut.isfinite(); // (S, N)
        var amplitudes = Filled(heldOut, present, basis, tensor(training.Grid.AreaWeights()).repeat(training.Variables.Count)).matmul(basis.Projection.transpose(0, 1)); // (S, m)
        var remainder = heldOut - amplitudes.matmul(basis.Patterns); // (S, N)
        // The amplitudes of emptier fields are smaller than those of the residuals: of none that is full enough, they have their variance on the training fields.
        var full = present.sum([1]).ge(FullEnough * fullest).nonzero().flatten(); // (S')
        var variance = Smoothed(amplitudes.index_select(0, full).square().mean([0]).nan_to_num(1)); // (m)
        var patterns = basis.Patterns * variance.sqrt().unsqueeze(1); // (m, N)
        return (patterns.MoveToOuterDisposeScope(), remainder.MoveToOuterDisposeScope());
    }

    /// <summary>How many fields without gaps have as many values; and how many the fullest has.</summary>
    private static (long Worth, int Fullest) ValuesOf(InMemoryFields fields)
    {
        var (values, fullest) = (new long[fields.FieldLength()], 0); // (N)
        for (var t = 0; t < fields.Count; t++)
        {
            var (field, own) = (fields[t], 0);
            for (var x = 0; x < field.Length; x++)
            {
                var one = float.IsFinite(field[x]) ? 1 : 0;
                values[x] += one;
                own += one;
            }

            fullest = Math.Max(fullest, own);
        }

        return (values.Sum() / Math.Max(1, values.Count(v => v > 0)), fullest);
    }

    /// <summary>About no residual, with what is missing as the patterns expect it, (S, N).</summary>
    private static Tensor Filled(Tensor residuals, Tensor present, EofBasis basis, Tensor area)
    {
        using var scope = NewDisposeScope();
        var known = residuals.nan_to_num(0); // (S, N)
        if (!present.all().item<bool>())
        {
            var nothing = zeros_like(area); // (N)
            foreach (var (rows, there) in known.split(FieldsTogether).Zip(present.split(FieldsTogether)))
            {
                using var inner = NewDisposeScope();
                rows.copy_(GapFilling.Fill(rows, area * there, nothing, basis.Patterns, basis.ResidualVariance));
            }
        }

        return known.MoveToOuterDisposeScope(); // (S, N)
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
