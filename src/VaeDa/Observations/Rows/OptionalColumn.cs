using System.Collections;

namespace VaeDa.Observations.Rows;

/// <summary>Numbers or times of rows, of which some have none.</summary>
internal sealed class OptionalColumn<T> : IReadOnlyList<T?>
    where T : struct
{
    private readonly LateList<T> _values = new();
    private readonly LateList<bool> _isThere = new();

    public int Count => _values.Count;

    public T? this[int index] => _isThere[index] ? _values[index] : null;

    public void Add(T? value)
    {
        _values.Add(value.GetValueOrDefault());
        _isThere.Add(value is not null);
    }

    /// <summary>Gives back room for values that do not come.</summary>
    public void Trim()
    {
        _values.Trim();
        _isThere.Trim();
    }

    public IEnumerator<T?> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
