using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>Fields in groups that have values at the same places: within one, covariances are those of fields without gaps.</summary>
internal static class FieldsByGaps
{
    /// <param name="present">Whether a field has a value at a place, (S, n).</param>
    /// <param name="most">Groups at most; of more, some are taken, evenly spread from the largest to the smallest.</param>
    /// <returns>The fields of each group, and the places that they have a value at; none of fields without any.</returns>
    public static IReadOnlyList<(long[] Fields, long[] Places)> Of(Tensor present, int most)
    {
        using var scope = NewDisposeScope();
        var (n, flags) = ((int)present.shape[1], present.to(uint8).contiguous().data<byte>().ToArray());
        var groups = Enumerable.Range(0, (int)present.shape[0])
            .GroupBy(t => Convert.ToHexString(flags.AsSpan(t * n, n)))
            .Select(fields => (
                Fields: fields.Select(t => (long)t).ToArray(),
                Places: Enumerable.Range(0, n).Where(i => flags[fields.First() * n + i] != 0).Select(i => (long)i).ToArray()))
            .Where(group => group.Places.Length > 0)
            .OrderByDescending(group => group.Fields.Length)
            .ToList();
        return Some(groups, most);
    }

    /// <summary>As many as there are, or some, evenly spread.</summary>
    public static IReadOnlyList<T> Some<T>(IReadOnlyList<T> groups, int most) =>
        groups.Count <= most ? groups : [.. Enumerable.Range(0, most).Select(i => groups[(int)((long)i * groups.Count / most)])];

    /// <summary>Places that have a value in at least half as many fields as the place that has one most often, (n), of present (S, n).</summary>
    public static bool[] OftenPresent(Tensor present)
    {
        using var scope = NewDisposeScope();
        var counts = present.sum([0]).data<long>().ToArray(); // (n)
        var most = counts.DefaultIfEmpty().Max();
        return Array.ConvertAll(counts, c => c > 0 && 2 * c >= most);
    }
}
