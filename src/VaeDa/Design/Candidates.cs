using VaeDa.Observations.Networks;
using static TorchSharp.torch;

namespace VaeDa.Design;

/// <summary>Places that a new instrument may come to, P of them: each a sum of nodes.</summary>
/// <param name="Places">(P)</param>
/// <param name="Nodes">(P, 4)</param>
/// <param name="Weights">Of these nodes, 1 together, (P, 4), double precision.</param>
/// <param name="Errors">σ_obs, (P).</param>
/// <param name="Costs">(P); null where one costs as much as another.</param>
internal sealed record Candidates(IReadOnlyList<NetworkPlace> Places, Tensor Nodes, Tensor Weights, Tensor Errors, Tensor? Costs)
{
    /// <summary>A field at the candidates.</summary>
    /// <param name="atNodes">(N), double precision.</param>
    /// <returns>(P)</returns>
    public Tensor Of(Tensor atNodes)
    {
        using var scope = NewDisposeScope();
        return (atNodes.index_select(0, Nodes.flatten()).view_as(Weights) * Weights).sum(1).MoveToOuterDisposeScope(); // (P)
    }

    /// <summary>Variances of the candidates' sums.</summary>
    /// <param name="covariance">Between nodes, (N, N).</param>
    /// <returns>(P), double precision.</returns>
    public Tensor Variances(Tensor covariance)
    {
        using var scope = NewDisposeScope();
        var (flat, n, corners) = (covariance.flatten(), covariance.shape[1], Nodes.shape[1]); // (N²)
        var sum = zeros([Nodes.shape[0]], float64); // (P)
        for (var a = 0L; a < corners; a++)
        {
            for (var b = a; b < corners; b++)
            {
                using var inner = NewDisposeScope();
                var pair = flat.index_select(0, Nodes.select(1, a) * n + Nodes.select(1, b)).to(float64); // (P)
                sum.add_(pair.mul_(Weights.select(1, a)).mul_(Weights.select(1, b)), a == b ? 1 : 2);
            }
        }

        return sum.MoveToOuterDisposeScope(); // (P)
    }

    /// <summary>The nodes of one candidate and their weights, (4) each.</summary>
    public (Tensor Nodes, Tensor Weights) At(int candidate) => (Nodes[candidate], Weights[candidate]);
}
