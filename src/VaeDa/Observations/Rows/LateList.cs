using System.Collections;

namespace VaeDa.Observations.Rows;

/// <summary>A list of texts or whole numbers that takes no room for what is missing at its beginning, and so none at all where all is missing.</summary>
internal sealed class LateList<T> : IReadOnlyList<T?>
{
    private readonly List<T?> _rest = [];
    private int _missing;

    public int Count => _missing + _rest.Count;

    public T? this[int index] => (uint)index < (uint)_missing ? default : _rest[index - _missing];

    /// <param name="value">Null or 0 is what counts as missing.</param>
    public void Add(T? value)
    {
        if (_rest.Count == 0 && EqualityComparer<T?>.Default.Equals(value, default))
        {
            _missing++;
            return;
        }

        _rest.Add(value);
    }

    /// <summary>Gives back room for values that do not come.</summary>
    public void Trim() => _rest.TrimExcess();

    public IEnumerator<T?> GetEnumerator() => Enumerable.Repeat(default(T), _missing).Concat(_rest).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
