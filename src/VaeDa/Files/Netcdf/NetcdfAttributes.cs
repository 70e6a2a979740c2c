using System.Collections;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// Attributes in file order. Values are strings, or numbers (<c>sbyte</c>, <c>short</c>, <c>int</c>, <c>long</c>,
/// <c>float</c>, <c>double</c>) and one-dimensional arrays of them; readers give all numbers as <c>double[]</c>.
/// </summary>
public sealed class NetcdfAttributes : IEnumerable<KeyValuePair<string, object>>
{
    private readonly OrderedDictionary<string, object> _values = [];

    public int Count => _values.Count;

    public object this[string name]
    {
        get => _values[name];
        set => _values[name] = value ?? throw new ArgumentNullException(nameof(value));
    }

    public void Add(string name, object value) => _values.Add(name, value ?? throw new ArgumentNullException(nameof(value)));

    public bool Contains(string name) => _values.ContainsKey(name);

    /// <summary>The attribute's text; null if it is absent or a number.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name) as string;

    /// <summary>The attribute's numbers; empty if it is absent or a text.</summary>
    public IReadOnlyList<double> Numbers(string name) => _values.GetValueOrDefault(name) switch
    {
        null or string => [],
        double[] numbers => numbers,
        IEnumerable items => [.. items.Cast<IConvertible>().Select(n => n.ToDouble(null))],
        IConvertible number => [number.ToDouble(null)],
        _ => [],
    };

    /// <summary>The attribute's first number; null if it is absent or a text.</summary>
    public double? Number(string name) => Numbers(name) is [var first, ..] ? first : null;

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
