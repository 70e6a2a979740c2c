using System.Collections;
using System.Runtime.InteropServices;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// The attributes of a netCDF variable or file, by name, in the order of the file. Values are strings, or numbers (<c>sbyte</c>,
/// <c>short</c>, <c>int</c>, <c>long</c>, <c>float</c>, <c>double</c>) and one-dimensional arrays of them; readers give numbers as an
/// array of the file's type, which may be an unsigned one too.
/// </summary>
public sealed class NetcdfAttributes : IEnumerable<KeyValuePair<string, object>>
{
    private readonly OrderedDictionary<string, object> _values = [];

    internal int Count => _values.Count;

    /// <summary>The value of an attribute; to set it adds the attribute if there is none of that name.</summary>
    /// <param name="name">The name of the attribute, such as <c>long_name</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no attribute of that name to get.</exception>
    public object this[string name]
    {
        get => _values[name];
        set => _values[name] = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Adds an attribute behind the others.</summary>
    /// <param name="name">The name of the attribute, such as <c>long_name</c>.</param>
    /// <param name="value">A string, a number, or a one-dimensional array of numbers.</param>
    /// <exception cref="ArgumentException">There is an attribute of that name already.</exception>
    public void Add(string name, object value) => _values.Add(name, value ?? throw new ArgumentNullException(nameof(value)));

    internal bool Contains(string name) => _values.ContainsKey(name);

    /// <summary>The attribute's text; null if it is absent or a number.</summary>
    internal string? Text(string name) => _values.GetValueOrDefault(name) as string;

    /// <summary>The attribute's numbers; empty if it is absent or a text.</summary>
    internal IReadOnlyList<double> Numbers(string name) => _values.GetValueOrDefault(name) switch
    {
        null or string => [],
        double[] numbers => numbers,
        IEnumerable items => [.. items.Cast<IConvertible>().Select(n => n.ToDouble(null))],
        IConvertible number => [number.ToDouble(null)],
        _ => [],
    };

    /// <summary>The attribute's first number; null if it is absent or a text.</summary>
    internal double? Number(string name) => Numbers(name) is [var first, ..] ? first : null;

    /// <param name="type">Of the numbers.</param>
    /// <param name="bytes">In this machine's byte order.</param>
    internal static Array NumbersOf(NetcdfType type, ReadOnlySpan<byte> bytes) => type switch
    {
        NetcdfType.Int8 => MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(),
        NetcdfType.UInt8 => bytes.ToArray(),
        NetcdfType.Int16 => MemoryMarshal.Cast<byte, short>(bytes).ToArray(),
        NetcdfType.UInt16 => MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(),
        NetcdfType.Int32 => MemoryMarshal.Cast<byte, int>(bytes).ToArray(),
        NetcdfType.UInt32 => MemoryMarshal.Cast<byte, uint>(bytes).ToArray(),
        NetcdfType.Int64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
        NetcdfType.UInt64 => MemoryMarshal.Cast<byte, ulong>(bytes).ToArray(),
        NetcdfType.Float32 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        NetcdfType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), half => (float)half),
        _ => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
    };

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
