namespace VaeDa.Observations.Rows;

/// <summary>How often each of many numbers came. Memory grows with the numbers that differ, 16 bytes each, and not with how many there are.</summary>
internal sealed class ValueCounts
{
    // New ones wait until they are so many, or as large a part of those that are there, so that not each is sorted in by itself.
    private const int FewestNew = 1 << 16;
    private const int Part = 4;

    private readonly List<(double Value, int Count)> _new = [];
    private List<(double Value, int Count)> _sorted = [];

    /// <param name="values">Finite numbers.</param>
    public ValueCounts(IEnumerable<double> values)
    {
        foreach (var value in values)
        {
            Add(value, 1);
        }
    }

    /// <summary>Each value once, ascending, with how often it came.</summary>
    public IReadOnlyList<(double Value, int Count)> Sorted
    {
        get
        {
            Merge();
            return _sorted;
        }
    }

    /// <param name="value">Finite.</param>
    /// <param name="count">How often it came, besides what was added before.</param>
    public void Add(double value, int count)
    {
        _new.Add((value, count));
        if (_new.Count >= Math.Max(FewestNew, _sorted.Count / Part))
        {
            Merge();
        }
    }

    private void Merge()
    {
        if (_new.Count == 0)
        {
            return;
        }

        _new.Sort((a, b) => a.Value.CompareTo(b.Value));
        var merged = new List<(double Value, int Count)>(_sorted.Count + _new.Count);
        for (int i = 0, j = 0; i < _sorted.Count || j < _new.Count;)
        {
            var (value, count) = j == _new.Count || (i < _sorted.Count && _sorted[i].Value <= _new[j].Value) ? _sorted[i++] : _new[j++];
            if (merged is [.., var last] && last.Value == value)
            {
                merged[^1] = (value, last.Count + count);
            }
            else
            {
                merged.Add((value, count));
            }
        }

        _new.Clear();
        _sorted = merged;
    }
}
