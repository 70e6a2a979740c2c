namespace VaeDa.Files.Netcdf.Hdf5;

/// <param name="Lengths">Of each dimension, slowest first; empty for a scalar.</param>
/// <param name="MostLengths">What they may grow to; <see cref="long.MaxValue"/> where that is unlimited.</param>
/// <param name="IsNull">Whether there is no value at all.</param>
internal sealed record Hdf5Space(long[] Lengths, long[] MostLengths, bool IsNull)
{
    // HDF5's own limit (H5S_MAX_RANK).
    private const int MostDimensions = 32;

    public long Elements { get; } = IsNull ? 0 : Product(Lengths);

    public static Hdf5Space Parse(Hdf5Cursor fields)
    {
        var (version, rank, flags) = (fields.Byte(), fields.Byte(), fields.Byte());
        if (rank > MostDimensions)
        {
            throw new InvalidDataException($"a variable of {rank} dimensions; {MostDimensions} at most are possible");
        }

        var isNull = fields.Byte() == 2 && version >= 2;
        fields.Skip(version == 1 ? 4 : 0);
        var (lengths, most) = (new long[rank], new long[rank]);
        for (var d = 0; d < rank; d++)
        {
            lengths[d] = fields.Length();
        }

        for (var d = 0; d < rank; d++)
        {
            most[d] = (flags & 1) != 0 ? fields.LengthOrUnlimited() : lengths[d];
            if (lengths[d] > most[d])
            {
                throw new InvalidDataException("a dimension that is longer than it may be");
            }
        }

        return new Hdf5Space(lengths, most, isNull);
    }

    /// <summary>A product of lengths; more than a file can have is no number of elements.</summary>
    public static long Product(IEnumerable<long> lengths) => lengths.Aggregate(1L, (product, length) =>
        length == 0 || product <= long.MaxValue / 16 / length ? product * length : throw new InvalidDataException("a variable of more values than can be counted"));
}
