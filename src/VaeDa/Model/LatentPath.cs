using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// The way from one latent state to another by spherical interpolation (Shoemake 1985, SIGGRAPH '85, 245; White 2016,
/// arXiv:1609.04468) of u = B^(−½) (z − μ), in which the prior is the same in all directions.
/// </summary>
/// <remarks>
/// Not a straight line: draws from the prior lie on a shell |u| ≈ √k, and halfway between two unlike states the line is at
/// √(k/2), where fields have half the variance of weather. The arc keeps to the shell.
/// </remarks>
public static class LatentPath
{
    /// <summary>The states on the way from one latent state to another.</summary>
    /// <param name="prior">The statistics whose μ and B give the coordinates u.</param>
    /// <param name="from">The latent state at the start, shape (1, k).</param>
    /// <param name="to">The latent state at the end, shape (1, k).</param>
    /// <param name="steps">The number of states, both ends counted; at least 2.</param>
    /// <returns>
    /// The states, shape (steps, k), on the processor, evenly spread by angle; the first is <paramref name="from"/>, the last
    /// <paramref name="to"/>. The caller's own.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 steps.</exception>
    public static Tensor Between(PriorStatistics prior, Tensor from, Tensor to, int steps)
    {
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        using var scope = NewDisposeScope();
        var mean = prior.LatentMean.to(float64); // (k)
        var deviation = prior.LatentVariance.to(float64).sqrt(); // (k)
        var (a, b) = ((from.cpu().to(float64) - mean) / deviation, (to.cpu().to(float64) - mean) / deviation); // (1, k)
        var cosine = (a * b).sum() / (a.norm() * b.norm()).clamp_min(1e-300); // ()
        var angle = Math.Acos(Math.Clamp(cosine.item<double>(), -1, 1));
        var t = linspace(0, 1, steps, float64).unsqueeze(1); // (steps, 1)
        var u = Math.Sin(angle) < 1e-6
            ? (1 - t) * a + t * b // no arc, or none in particular
            : (((1 - t) * angle).sin() * a + (t * angle).sin() * b) / Math.Sin(angle); // (steps, k)
        return (mean + u * deviation).to(float32).MoveToOuterDisposeScope();
    }
}
