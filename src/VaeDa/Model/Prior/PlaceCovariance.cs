using VaeDa.Fields.Grids;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// The algebra of C_r between places: C_r(x, x') = σ(x) ρ(|x − x'|) σ(x') for one variable and 0 between two, and Pᵀ P of the
/// patterns, which tie variables together.
/// </summary>
internal static class PlaceCovariance
{
    private const int RowsInChunk = 128;

    /// <summary>ρ between places, 0 between variables; with the nugget where they are one place too.</summary>
    /// <param name="rho">ρ.</param>
    /// <param name="a">Places (a).</param>
    /// <param name="variablesOfA">Their variables (a).</param>
    /// <param name="b">Places (b).</param>
    /// <param name="variablesOfB">Their variables (b).</param>
    /// <returns>(a, b), double precision.</returns>
    public static Tensor Correlation(SpatialCorrelation rho, IReadOnlyList<EarthPoint> a, IReadOnlyList<int> variablesOfA, IReadOnlyList<EarthPoint> b, IReadOnlyList<int> variablesOfB)
    {
        using var scope = NewDisposeScope();
        var correlation = EarthPoint.Chords(a, b); // (a, b), distances so far
        // A few rows at a time and in their place: each step's result for all would be as large again.
        foreach (var rows in correlation.split(RowsInChunk))
        {
            using var of = rho.Between(rows); // (r, b)
            rows.copy_(of);
        }

        if (variablesOfA.Concat(variablesOfB).Distinct().Skip(1).Any())
        {
            var (rowVariables, columnVariables) = (tensor([.. variablesOfA.Select(v => (long)v)], int64), tensor([.. variablesOfB.Select(v => (long)v)], int64)); // (a), (b)
            correlation.mul_(rowVariables.unsqueeze(1).eq(columnVariables.unsqueeze(0)).to(float64));
        }

        return correlation.MoveToOuterDisposeScope(); // (a, b)
    }

    /// <summary>σ ρ σ' in the place of ρ.</summary>
    /// <param name="correlation">ρ, (a, b); changed here.</param>
    /// <param name="sigmaOfA">(a)</param>
    /// <param name="sigmaOfB">(b)</param>
    /// <returns>The same tensor.</returns>
    public static Tensor Scale(Tensor correlation, Tensor sigmaOfA, Tensor sigmaOfB) => correlation.mul_(sigmaOfB).mul_(sigmaOfA.unsqueeze(1)); // (a, b)

    /// <summary>Pᵀ P' of patterns at places.</summary>
    /// <param name="patternsAtA">(m, a)</param>
    /// <param name="patternsAtB">(m, b)</param>
    /// <returns>(a, b)</returns>
    public static Tensor OfPatterns(Tensor patternsAtA, Tensor patternsAtB) => patternsAtA.transpose(0, 1).matmul(patternsAtB); // (a, b)
}
