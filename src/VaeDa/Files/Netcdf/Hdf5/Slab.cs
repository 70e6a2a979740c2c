namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>Boxes of values in row-major order.</summary>
internal static class Slab
{
    /// <summary>Pieces of a box that follow one another both where they come from and where they go to.</summary>
    /// <returns>First element in either, and their number.</returns>
    public static IEnumerable<(long From, long To, long Length)> Pieces(long[] from, long[] fromStart, long[] to, long[] toStart, long[] count)
    {
        if (count.Contains(0))
        {
            yield break;
        }

        var rank = count.Length;
        var inner = rank;
        var length = 1L;
        while (inner > 0 && (inner == rank || (from[inner] == count[inner] && to[inner] == count[inner])))
        {
            length *= count[--inner];
        }

        var place = new long[inner];
        for (var d = 0; d >= 0;)
        {
            yield return (Offset(from, fromStart, place), Offset(to, toStart, place), length);
            for (d = inner - 1; d >= 0 && ++place[d] == count[d]; d--)
            {
                place[d] = 0;
            }
        }
    }

    private static long Offset(long[] lengths, long[] start, long[] place)
    {
        var offset = 0L;
        for (var d = 0; d < lengths.Length; d++)
        {
            offset = offset * lengths[d] + start[d] + (d < place.Length ? place[d] : 0);
        }

        return offset;
    }
}
