using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.CrossValidation;

/// <summary>Random cells as a network, one half of it even and the other in clusters, as networks are; each observed as well as the generator knows it.</summary>
internal static class UnevenNetwork
{
    private const int Clusters = 10;
    private const double ClusterRadius = 1500; // km

    /// <param name="from">The cells to draw from, in (V, H, W).</param>
    /// <param name="count">How many are drawn, or all.</param>
    /// <param name="area">(H, W)</param>
    /// <param name="points">(H, W)</param>
    /// <param name="random">What they are drawn by.</param>
    public static int[] Of(int[] from, int count, float[] area, EarthPoint[] points, Random random)
    {
        var density = Density(area, points, random); // (H, W)
        return Drawn(from, count, x => density[x % area.Length], random);
    }

    /// <summary>Without replacement, each with a chance in proportion to its weight (Efraimidis and Spirakis 2006).</summary>
    public static int[] Drawn(int[] from, int count, Func<int, double> weight, Random random) =>
        [.. from.OrderByDescending(x => Math.Log(1 - random.NextDouble()) / weight(x)).Take(count)];

    /// <summary>Pseudo-observations of cells.</summary>
    /// <param name="places">In (V, H, W).</param>
    /// <param name="truth">(V, H, W)</param>
    /// <param name="typical">The root mean square of the generator's error, (V): the standard deviations of theirs.</param>
    /// <param name="model">Of the grid and the variables.</param>
    /// <param name="random">Of the errors.</param>
    public static ObservationTable Observed(IEnumerable<int> places, float[] truth, double[] typical, GenerativeModel model, Random random)
    {
        var (grid, cells) = (model.Grid, model.Grid.Cells);
        return new ObservationTable(places.Select(x => new Observation(grid.LatitudeOf(x % cells), grid.LongitudeOf(x % cells), truth[x] + typical[x / cells] * random.NextGaussian())
        {
            Error = typical[x / cells],
            Variable = model.Variables[x / cells].Name,
        }));
    }

    /// <summary>The root mean square of the generator's error over the area, (V).</summary>
    public static double[] TypicalErrors(GenerativeModel model) =>
        [.. Enumerable.Range(0, model.Variables.Count).Select(v => new AreaMean(model.Grid).RootMeanSquare(model.Prior.GeneratorError.AsSpan(v * model.Grid.Cells, model.Grid.Cells)))];

    /// <summary>1 at no distance, and less the farther.</summary>
    /// <param name="a">A place.</param>
    /// <param name="b">Another.</param>
    /// <param name="radius">In km.</param>
    public static double Near(EarthPoint a, EarthPoint b, double radius) => Math.Exp(-0.5 * Math.Pow(a.Chord(b) / radius, 2));

    private static double[] Density(float[] area, EarthPoint[] points, Random random)
    {
        var all = Enumerable.Range(0, area.Length).Where(c => area[c] > 0).ToArray();
        var centres = Drawn(all, Math.Min(Clusters, all.Length), c => area[c], random);
        var clusters = new double[area.Length]; // (H, W)
        Parallel.ForEach(all, c => clusters[c] = area[c] * centres.Sum(centre => Near(points[c], points[centre], ClusterRadius)));
        var (even, uneven) = (all.Sum(c => (double)area[c]), clusters.Sum());
        return [.. clusters.Select((cluster, c) => area[c] / even + cluster / uneven)];
    }
}
