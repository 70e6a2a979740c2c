using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// The regression coefficient of the truth on what the generator makes, by place and time of the year: β = ⟨x g⟩ / ⟨g²⟩, x a field
/// and g what is generated from its own latents, as two harmonics of the year. An analysis takes the error x − D(z) for independent of
/// D(z): x − β g is uncorrelated with g. β is small where, and when, so little varies that most of g is what is made of other places.
/// </summary>
public sealed class SeasonalRegression
{
    private const int Terms = 1 + 2 * SeasonalVariance.Harmonics;

    // Of the year's mean of g², as if so much had been seen with β = 1.
    private const double Prior = 1e-3;

    /// <param name="coefficients">Of 1, then of the cosines and sines, (1 + 2·harmonics, n) row-major; none where g stays as it is.</param>
    internal SeasonalRegression(float[] coefficients) => Coefficients = coefficients;

    /// <summary>β = 1.</summary>
    internal static SeasonalRegression None { get; } = new([]);

    /// <summary>(1 + 2·harmonics, n) row-major, or none.</summary>
    internal float[] Coefficients { get; }

    /// <summary>Whether β is anything but 1 at all places and times.</summary>
    public bool Changes => Coefficients.Length > 0;

    /// <param name="products">x g through the year; of too few years, β is 1.</param>
    /// <param name="squares">g², of the same fields.</param>
    internal static SeasonalRegression Of(SeasonalSquares products, SeasonalSquares squares)
    {
        ArgumentNullException.ThrowIfNull(products);
        ArgumentNullException.ThrowIfNull(squares);
        if (!products.IsEnough)
        {
            return None;
        }

        using var scope = NewDisposeScope();
        var (xg, counts) = products.Means();
        var (gg, _) = squares.Means();
        long[] shape = [SeasonalSquares.Bins, products.Size];
        var (covariance, variance) = (tensor(xg, shape), tensor(gg, shape)); // (bins, n) each
        var present = covariance.isfinite(); // (bins, n)
        var overYear = variance.nan_to_num(0).sum([0]) / present.sum([0]).clamp_min(1); // (n)
        var slopes = ((covariance + Prior * overYear) / (variance + Prior * overYear)).nan_to_num(1); // (bins, n): 1 also for 0 / 0
        var weights = tensor(counts).unsqueeze(1); // (bins, 1)
        var x = SeasonalVariance.DesignOfBins(); // (bins, 1 + 2h)
        var beta = linalg.solve(x.transpose(0, 1).matmul(x * weights), (x * weights).transpose(0, 1).matmul(slopes)); // (1 + 2h, n)
        return new SeasonalRegression(beta.to(float32).contiguous().data<float>().ToArray());
    }

    /// <summary>β at a time of the year.</summary>
    /// <param name="time">The time, UTC.</param>
    /// <returns>β at each place, shape (V, H, W), at least 0; empty where it is 1 everywhere.</returns>
    public float[] At(DateTime time)
    {
        var beta = new float[Coefficients.Length / Terms];
        var term = 0;
        foreach (var c in SeasonalVariance.Design(SeasonalVariance.PhaseOf(time)).Prepend(1))
        {
            var row = Coefficients.AsSpan(term++ * beta.Length, beta.Length);
            for (var i = 0; i < beta.Length; i++)
            {
                beta[i] += (float)c * row[i];
            }
        }

        return Array.ConvertAll(beta, b => Math.Max(0, b));
    }
}
