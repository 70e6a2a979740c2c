namespace VaeDa.Files.Cf;

/// <summary>The edges of cells about their centres, as CF's boundary variables hold them: (n, 2), each in the order of the axis.</summary>
internal static class CellBounds
{
    /// <summary>Edges halfway to the neighbours; the outermost cells reach as far outwards as inwards.</summary>
    /// <param name="centres">(n), ascending or descending, at least two.</param>
    public static double[] Of(IReadOnlyList<double> centres) => Pairs([.. Edges(centres)]);

    /// <summary>The same within the poles, to which an outermost cell reaches that is no more than its width away.</summary>
    /// <param name="latitudes">(n), degrees north, descending.</param>
    public static double[] OfLatitudes(IReadOnlyList<double> latitudes)
    {
        var edges = Edges(latitudes).ToArray();
        // The rows of a Gaussian grid draw together towards the poles, and its outermost ones reach them all the same.
        edges[0] = 90 - latitudes[0] <= latitudes[0] - latitudes[1] ? 90 : edges[0];
        edges[^1] = latitudes[^1] + 90 <= latitudes[^2] - latitudes[^1] ? -90 : edges[^1];
        return Pairs(edges);
    }

    /// <summary>The same, where a grid goes round the Earth, with one edge between the last column and the first.</summary>
    /// <param name="longitudes">(n), degrees east, ascending.</param>
    /// <param name="isPeriodic">Whether they go round.</param>
    public static double[] OfLongitudes(IReadOnlyList<double> longitudes, bool isPeriodic)
    {
        var edges = Edges(longitudes).ToArray();
        if (isPeriodic)
        {
            edges[0] = (longitudes[^1] - 360 + longitudes[0]) / 2;
            edges[^1] = edges[0] + 360;
        }

        return Pairs(edges);
    }

    private static IEnumerable<double> Edges(IReadOnlyList<double> centres)
    {
        yield return centres[0] - (centres[1] - centres[0]) / 2;
        for (var i = 1; i < centres.Count; i++)
        {
            yield return (centres[i - 1] + centres[i]) / 2;
        }

        yield return centres[^1] + (centres[^1] - centres[^2]) / 2;
    }

    private static double[] Pairs(double[] edges) => [.. edges.Zip(edges.Skip(1), (a, b) => new[] { a, b }).SelectMany(pair => pair)];
}
