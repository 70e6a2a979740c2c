using System.Collections;

namespace VaeDa.Observations.Rows;

/// <summary>Numbers or times of rows, of which some have none; those that have none at the beginning take no room.</summary>
internal sealed class OptionalColumn<T> : IReadOnlyList<T?>
    where T : struct
{
    private readonly List<T> _values = [];
    private readonly List<bool> _isThere = [];
    private int _missing;

    public int Count => _missing + _values.Count;

    public T? this[int index] => (uint)index < (uint)_missing || !_isThere[index - _missing] ? null : _values[index - _missing];

    public void Add(T? value)
    {
        if (value is null && _values.Count == 0)
        {
            _missing++;
            return;
        }

        _values.Add(value.GetValueOrDefault());
        _isThere.Add(value is not null);
    }

    /// <summary>Gives back room for values that do not come.</summary>
    public void Trim()
    {
        _values.TrimExcess();
        _isThere.TrimExcess();
    }

    public IEnumerator<T?> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
