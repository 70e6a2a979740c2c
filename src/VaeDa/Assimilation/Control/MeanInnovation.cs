using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// Whether the mean of a variable's innovations can be weather and error: 1ᵀd / √(1ᵀ K 1), K = G B Gᵀ + R, is a standard normal number if it is.
/// Values that are no anomalies, or in other units, are wrong all alike: no neighbour contradicts another, and quality control can pass them.
/// </summary>
internal static class MeanInnovation
{
    /// <summary>
    /// In standard deviations. Of what is right, 2 or 3 are seen, and 5 or so of a climate that has warmed since the model's; of absolute temperatures some
    /// tens, of absolute pressures more.
    /// </summary>
    public const double Most = 8;

    /// <summary>Fewer observations do not tell a wrong unit from a wrong observation.</summary>
    public const int FewestObservations = 5;

    /// <param name="innovation">d, (n).</param>
    /// <param name="covariance">K, (n, n).</param>
    public static double Test(Tensor innovation, Tensor covariance)
    {
        using var scope = NewDisposeScope();
        return (innovation.sum() / covariance.sum().sqrt()).item<double>();
    }

    /// <summary>The same of each variable, for those of its observations that are believed.</summary>
    /// <param name="innovation">d, (n).</param>
    /// <param name="r">1ᵀ R 1 over all observations of each variable (V).</param>
    /// <param name="jacobian">G, (n, k).</param>
    /// <param name="variance">Diagonal of B, (1, k).</param>
    /// <param name="groups">Variable of each observation, from 0 (n).</param>
    /// <param name="accepted">Which are believed (n); nearly all, so that the mean of all has the variance of theirs.</param>
    /// <returns>0 where too few observations are believed.</returns>
    public static double[] Tests(Tensor innovation, double[] r, Tensor jacobian, Tensor variance, IReadOnlyList<int> groups, IReadOnlyList<bool> accepted)
    {
        using var scope = NewDisposeScope();
        var d = innovation.data<double>().ToArray();
        return [.. r.Select((ofErrors, v) =>
        {
            var all = Enumerable.Range(0, d.Length).Where(i => groups[i] == v).ToArray();
            var believed = all.Where(i => accepted[i]).ToArray();
            if (believed.Length < FewestObservations)
            {
                return 0;
            }

            using var inner = NewDisposeScope();
            var pull = jacobian.index_select(0, tensor(Array.ConvertAll(all, i => (long)i))).sum([0]); // (k), Gᵀ 1
            var deviation = Math.Sqrt(ofErrors + (pull.square() * variance.squeeze(0)).sum().item<double>()) / all.Length;
            return believed.Average(i => d[i]) / deviation;
        })];
    }
}
