using VaeDa.Fields.Grids;
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
    private static readonly double[] Nuggets = [0, 0.003, 0.01, 0.03, 0.1, 0.3];

    /// <param name="sample">(T, N), N = V·H·W, standardised: mean 0 and variance 1 at each place; NaN where there is no value.</param>
    /// <param name="grid">H × W.</param>
    public static SpatialCorrelation Of(Tensor sample, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        using var scope = NewDisposeScope();
        var variables = sample.shape[1] / grid.Cells;
        var complete = sample.isfinite().all(0).to(uint8).data<byte>().ToArray(); // (N)
        var points = EarthPoint.Of(grid);
        var groups = new List<(Tensor Distances, Tensor Covariance)>();
        var area = grid.AreaWeights();
        for (var v = 0; v < variables; v++)
        {
            // Clusters of neighbours scattered over the area: near pairs and far ones.
            var sites = Sites(points, area, cell => complete[v * grid.Cells + cell] != 0);
            if (sites.Length < 2)
            {
                continue;
            }

            var columns = sample.index_select(1, tensor(Array.ConvertAll(sites, s => (long)v * grid.Cells + s))).to(float64); // (T, m)
            var covariance = columns.transpose(0, 1).matmul(columns) / columns.shape[0]; // (m, m)
            var places = Array.ConvertAll(sites, s => points[s]);
            groups.Add((EarthPoint.Chords(places, places), covariance));
        }

        if (groups.Count == 0)
        {
            throw new InvalidInputException("no two cells have a value at all times; the residual's correlation cannot be measured");
        }

        return (from smoothness in Enum.GetValues<Smoothness>()
                from length in Lengths()
                from nugget in Nuggets
                select new SpatialCorrelation { Smoothness = smoothness, Length = length, Nugget = nugget })
            .MinBy(candidate => groups.Sum(g => NegativeLogLikelihood(candidate, g.Distances, g.Covariance)))!;
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
