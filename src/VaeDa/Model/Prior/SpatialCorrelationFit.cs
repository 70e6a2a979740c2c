using VaeDa.Fields.Grids;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// The Matérn correlation of highest likelihood for a sample of fields: the covariance model that predicts a field at one
/// place from its values at others (Stein 1999, ch. 6), by search over smoothness, length and nugget.
/// </summary>
internal static class SpatialCorrelationFit
{
    private const int Centres = 24;
    private const int Neighbours = 14;

    // Each group of fields costs a factorisation for each candidate: the best few of those that some fields leave are tried by more.
    private static readonly (int Groups, int Kept)[] Rounds = [(8, 60), (48, 12), (240, 1)];

    // From fewer pairs of values any correlation might be found.
    private const int FewestPairs = 10;
    private static readonly double[] Nuggets = [0, 0.003, 0.01, 0.03, 0.1, 0.3];

    /// <param name="sample">(T, N), N = V·H·W, standardised: mean 0 and variance 1 at each place; NaN where there is no value.</param>
    /// <param name="grid">H × W.</param>
    /// <returns>White where hardly any two cells have a value at one time.</returns>
    public static SpatialCorrelation Of(Tensor sample, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        var points = EarthPoint.Of(grid);
        var variables = new List<IReadOnlyList<(double Weight, Tensor Distances, Tensor Covariance)>>();
        foreach (var (sites, groups) in Clusters(sample.isfinite(), grid, points))
        {
            var columns = sample.index_select(1, tensor(sites)).to(float64); // (T, m)
            variables.Add([.. groups.Select(group =>
            {
                var some = columns.index_select(0, tensor(group.Fields)).index_select(1, tensor(group.Places)); // (t, m')
                var covariance = some.transpose(0, 1).matmul(some) / some.shape[0]; // (m', m')
                var places = Array.ConvertAll(group.Places, i => points[sites[i] % grid.Cells]);
                return ((double)group.Fields.Length, EarthPoint.Chords(places, places), covariance);
            })]);
        }

        if (variables.Count == 0)
        {
            return SpatialCorrelation.White;
        }

        var candidates = (from smoothness in Enum.GetValues<Smoothness>()
                          from length in Lengths()
                          from nugget in Nuggets
                          select new SpatialCorrelation { Smoothness = smoothness, Length = length, Nugget = nugget }).ToList();
        foreach (var (most, kept) in Rounds)
        {
            var some = variables.ConvertAll(groups => FieldsByGaps.Some(groups, most));
            candidates = [.. candidates.OrderBy(candidate => some.Sum(groups => groups.Sum(g => g.Weight * NegativeLogLikelihood(candidate, g.Distances, g.Covariance)) / groups.Sum(g => g.Weight))).Take(kept)];
            if (variables.TrueForAll(groups => groups.Count <= most))
            {
                break;
            }
        }

        return candidates[0];
    }

    /// <summary>Whether fields with values at these places tell a correlation.</summary>
    /// <param name="present">(T, N)</param>
    /// <param name="grid">H × W.</param>
    public static bool IsToldBy(Tensor present, Grid grid) => Clusters(present, grid, EarthPoint.Of(grid)).Count > 0;

    /// <summary>Of each variable, clusters of neighbours scattered over the area, near pairs and far ones; and the fields by which of them they have.</summary>
    /// <returns>Sites, of the N; fields, and places among the sites. None of a variable that has hardly any two values at one time.</returns>
    private static List<(long[] Sites, IReadOnlyList<(long[] Fields, long[] Places)> Groups)> Clusters(Tensor present, Grid grid, EarthPoint[] points)
    {
        using var scope = NewDisposeScope();
        var (area, told) = (grid.AreaWeights(), new List<(long[], IReadOnlyList<(long[], long[])>)>());
        for (var first = 0L; first < present.shape[1]; first += grid.Cells)
        {
            var own = present.narrow(1, first, grid.Cells); // (T, C)
            var often = FieldsByGaps.OftenPresent(own);
            var sites = Sites(points, area, cell => often[cell]);
            if (sites.Length < 2)
            {
                continue;
            }

            var groups = FieldsByGaps.Of(own.index_select(1, tensor(Array.ConvertAll(sites, s => (long)s))), Rounds[^1].Groups);
            if (groups.Sum(g => g.Fields.Length * (double)g.Places.Length * (g.Places.Length - 1) / 2) >= FewestPairs)
            {
                told.Add((Array.ConvertAll(sites, s => first + s), groups));
            }
        }

        return told;
    }

    private static IEnumerable<double> Lengths() => Enumerable.Range(0, 22).Select(i => 60 * Math.Pow(1.25, i)); // 60…6,500 km

    private static int[] Sites(EarthPoint[] points, float[] area, Func<int, bool> usable)
    {
        var cells = Enumerable.Range(0, points.Length).Where(usable).ToArray();
        if (cells.Length <= Centres * Neighbours)
        {
            return cells;
        }

        var random = new Random(1);
        var largest = area.Max();
        var sites = new SortedSet<int>();
        for (var c = 0; c < Centres;)
        {
            var centre = cells[random.Next(cells.Length)];
            if (random.NextDouble() * largest > area[centre])
            {
                continue;
            }

            c++;
            var from = points[centre];
            sites.UnionWith(cells.OrderBy(cell => SquaredDistance(points[cell], from)).Take(Neighbours));
        }

        return [.. sites];
    }

    private static double SquaredDistance(EarthPoint a, EarthPoint b) =>
        (a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y) + (a.Z - b.Z) * (a.Z - b.Z);

    private static double NegativeLogLikelihood(SpatialCorrelation candidate, Tensor distances, Tensor covariance)
    {
        using var scope = NewDisposeScope();
        var model = candidate.Between(distances); // (m, m)
        // On the diagonal a place meets itself and shares its nugget; a trace of white noise keeps the factor finite.
        model.diagonal().fill_(1 + 1e-6);
        var (factor, info) = linalg.cholesky_ex(model); // (m, m)
        return info.item<int>() != 0
            ? double.PositiveInfinity
            : 2 * factor.diagonal().log().sum().item<double>() + covariance.cholesky_solve(factor).trace().item<double>();
    }
}
