using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace VaeDa.Files.Netcdf;

/// <summary>A netCDF file open for reading: the classic formats CDF-1, CDF-2 and CDF-5, and netCDF-4.</summary>
internal abstract class NetcdfDataset(string path) : IDisposable
{
    // What a coordinate may take, however small its file.
    private const int SmallMemory = 1 << 26;

    // Bytes as they are stored; no array holds more than twice that.
    private const int MostAtATime = 1 << 30;

    private Dictionary<string, NetcdfVariable>? _byName;

    public string Path { get; } = path;

    public abstract IReadOnlyList<NetcdfDimension> Dimensions { get; }

    public abstract IReadOnlyList<NetcdfVariable> Variables { get; }

    /// <summary>Global attributes.</summary>
    public abstract NetcdfAttributes Attributes { get; }

    /// <summary>Opens by what the file's first bytes say, whatever its name.</summary>
    /// <exception cref="InvalidInputException">The file is missing, not netCDF, or broken.</exception>
    public static NetcdfDataset Open(string path)
    {
        if (File.Exists(path))
        {
            InputFile.RequireRegular(path);
        }

        Span<byte> magic = stackalloc byte[8];
        int length;
        try
        {
            using var handle = File.OpenHandle(path);
            length = RandomAccess.Read(handle, magic, 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{path}: no such file", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new InvalidInputException($"{path}: {(Directory.Exists(path) ? "a folder; a netCDF file is needed" : "may not be read, or is no file; a netCDF file is needed")}", e);
        }

        if (length == 8 && magic.SequenceEqual<byte>([0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a]))
        {
            return new Hdf5NetcdfDataset(path);
        }

        if (length >= 4 && magic[..3].SequenceEqual("CDF"u8))
        {
            return new ClassicNetcdfDataset(path);
        }

        throw new InvalidInputException($"{path}: not a netCDF file (neither netCDF-4/HDF5 nor classic CDF by its first bytes)");
    }

    /// <param name="name">With its group, if it is in one: <see cref="NetcdfVariable.FullName"/>. A dimension has the name of its coordinate.</param>
    public NetcdfVariable? Find(string name) =>
        (_byName ??= Variables.DistinctBy(v => v.FullName).ToDictionary(v => v.FullName)).GetValueOrDefault(name);

    /// <summary>Finds a variable by the name that one of a group calls it: in the group itself, or the nearest of those around it.</summary>
    public NetcdfVariable? FindFrom(string group, string name)
    {
        for (var around = group; ; around = around[..Math.Max(around.LastIndexOf('/'), 0)])
        {
            if (Find(around.Length == 0 ? name.TrimStart('/') : $"{around}/{name}") is var found && (found is not null || around.Length == 0))
            {
                return found;
            }
        }
    }

    /// <summary>How the stored numbers of a variable stand for values.</summary>
    /// <exception cref="InvalidInputException">An attribute cannot be understood.</exception>
    public CfPacking PackingOf(NetcdfVariable variable)
    {
        try
        {
            return variable.Packing;
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{Path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a hyperslab as values: unpacked, and NaN where missing.</summary>
    /// <param name="variable">One of <see cref="Variables"/>.</param>
    /// <param name="start">First index in each dimension.</param>
    /// <param name="count">Number of indices in each dimension.</param>
    /// <param name="values">Row-major; as long as the product of the counts.</param>
    /// <exception cref="InvalidInputException">The file is cut short or broken, or the variable holds no numbers.</exception>
    public void Read<TValue>(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<TValue> values)
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable.Type is NetcdfType.Unsupported or NetcdfType.Char)
        {
            throw new InvalidInputException($"{Path}: variable '{variable.Name}' holds no numbers");
        }

        var packing = PackingOf(variable);
        var (length, isThere) = (1L, true);
        for (var d = 0; d < variable.Dimensions.Count; d++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(start[d]);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(start[d] + count[d], variable.Dimensions[d].Length);
            length *= count[d];
            isThere &= start[d] + count[d] <= StoredLength(variable, d);
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, length);
        if (!isThere)
        {
            ReadWhatIsThere(variable, start, count, values);
            return;
        }

        if (length > MostAtATime / variable.Type.Size())
        {
            ReadInParts(variable, start, count, values);
            return;
        }

        var bytes = (int)(length * variable.Type.Size());
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            ReadStored(variable, start, count, buffer.AsSpan(0, bytes));
            packing.Decode(buffer.AsSpan(0, bytes), values);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a hyperslab of a variable of 16-bit integers as it is stored.</summary>
    /// <param name="variable">Of 16-bit integers.</param>
    /// <param name="start">First index in each dimension.</param>
    /// <param name="count">Number of indices in each dimension.</param>
    /// <param name="codes">Row-major; as long as the product of the counts.</param>
    /// <exception cref="InvalidInputException">The file is cut short or broken.</exception>
    public void ReadCodes(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<short> codes)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentOutOfRangeException.ThrowIfNotEqual(variable.Type, NetcdfType.Int16);
        ReadStored(variable, start, count, MemoryMarshal.AsBytes(codes));
    }

    /// <summary>Reads all of a variable as values: unpacked, and NaN where missing.</summary>
    public double[] ReadAll(NetcdfVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var fileLength = new FileInfo(Path).Length;
        if (variable.Elements > (10 * fileLength + SmallMemory) / sizeof(double))
        {
            throw new InvalidInputException(FormattableString.Invariant($"{Path}: variable '{variable.FullName}' has {variable.Elements:N0} values, and the file {fileLength:N0} bytes; a coordinate has no more values than its file can tell of"));
        }

        var values = new double[variable.Elements];
        var count = variable.Dimensions.Select(d => d.Length).ToArray();
        Read<double>(variable, new long[count.Length], count, values);
        return values;
    }

    /// <summary>Indices of a dimension that lie in one compressed block, so that what reads one unpacks all; 1 where nothing is compressed.</summary>
    public virtual int UnpackedTogether(NetcdfVariable variable, int dimension) => 1;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Indices of a dimension at which the variable has been written; beyond, up to the dimension's length, all is missing.</summary>
    private protected virtual long StoredLength(NetcdfVariable variable, int dimension) => variable.Dimensions[dimension].Length;

    /// <summary>Along the first dimension of which there is more than one index.</summary>
    private void ReadInParts<TValue>(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<TValue> values)
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        var (from, part) = (start.ToArray(), count.ToArray());
        var along = Array.FindIndex(part, n => n > 1);
        var ofOne = (int)(values.Length / count[along]);
        var together = Math.Max(1, MostAtATime / variable.Type.Size() / ofOne);
        for (var done = 0L; done < count[along]; done += part[along])
        {
            (from[along], part[along]) = (start[along] + done, Math.Min(together, count[along] - done));
            Read(variable, from, part, values.Slice((int)done * ofOne, (int)part[along] * ofOne));
        }
    }

    private void ReadWhatIsThere<TValue>(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<TValue> values)
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        var there = new long[count.Length];
        for (var d = 0; d < there.Length; d++)
        {
            there[d] = Math.Clamp(StoredLength(variable, d) - start[d], 0, count[d]);
        }

        values.Fill(TValue.NaN);
        var part = new TValue[there.Aggregate(1L, (product, n) => product * n)];
        if (part.Length > 0)
        {
            Read<TValue>(variable, start, there, part);
            Place<TValue>(part, there, values, count);
        }
    }

    private static void Place<TValue>(ReadOnlySpan<TValue> part, ReadOnlySpan<long> partCount, Span<TValue> whole, ReadOnlySpan<long> count)
    {
        if (count.Length == 0)
        {
            part.CopyTo(whole);
            return;
        }

        var (from, to) = ((int)(part.Length / partCount[0]), (int)(whole.Length / count[0]));
        for (var i = 0; i < partCount[0]; i++)
        {
            Place(part.Slice(i * from, from), partCount[1..], whole.Slice(i * to, to), count[1..]);
        }
    }

    /// <summary>Reads a hyperslab as stored, in this machine's byte order.</summary>
    private protected abstract void ReadStored(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> stored);

    protected abstract void Dispose(bool disposing);
}
