using System.Runtime.InteropServices;
using VaeDa.Runtime;

namespace VaeDa.Fields;

/// <summary>
/// What tells fields from others that are as many, of the same variables and on the same cells: a hash (SHA-256) of the grid, the times and the
/// values, packed ones as they are stored. Names, units and where the fields came from are not in it: fields made again are the same.
/// </summary>
/// <remarks>
/// It costs one read of the fields, on all cores, and memory for one field a core. Two cores that had other work too took in 0.9 GB/s: forty years
/// of daily fields at 0.25°, packed 30 GB, are half a minute or what the disk takes.
/// </remarks>
internal static class FieldHash
{
    private const int Together = 64;

    /// <returns>The first 16 hexadecimal digits.</returns>
    public static string Of(IFieldSet fields, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        // In parts of a number of their own: the hash does not depend on the cores.
        var parts = new byte[(fields.Count + Together - 1) / Together][];
        var packed = fields is IPackedFields { ArePacked: true } some ? some : null;
        Parallel.For(0, parts.Length, new ParallelOptions { CancellationToken = cancellation }, part =>
        {
            using var hash = new Sha256();
            var (codes, values) = (new short[packed is null ? 0 : fields.FieldLength()], new float[packed is null ? fields.FieldLength() : 0]);
            for (var i = part * Together; i < Math.Min((part + 1) * Together, fields.Count); i++)
            {
                Append(hash, fields.TimeOf(i).Ticks);
                if (packed is null)
                {
                    fields.Read(i, values);
                    Append<float>(hash, values);
                    continue;
                }

                for (var v = 0; v < fields.Variables.Count; v++)
                {
                    var packing = packed.PackingOf(i, v);
                    Append<double>(hash, packing.ScaleFactor, packing.AddOffset);
                }

                packed.ReadCodes(i, codes);
                Append<short>(hash, codes);
            }

            parts[part] = hash.ToBytes();
        });
        using var all = new Sha256();
        Append<double>(all, [.. fields.Grid.Latitudes, .. fields.Grid.Longitudes, .. fields.Grid.Y, .. fields.Grid.X]);
        Array.ForEach(parts, part => all.Append(part));
        return all.ToHex()[..16];
    }

    private static void Append<T>(Sha256 hash, params ReadOnlySpan<T> values)
        where T : unmanaged => hash.Append(MemoryMarshal.AsBytes(values));
}
