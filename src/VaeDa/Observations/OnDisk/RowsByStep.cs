using System.Runtime.CompilerServices;
using VaeDa.Files;

namespace VaeDa.Observations.OnDisk;

/// <summary>Rows by the step that they belong to, in a scratch file that goes when this is disposed: they may come in any order, and those of a step are read in that order.</summary>
/// <param name="folder">Of the scratch file; it is made if need be.</param>
/// <param name="content">A word for what the rows are, for the file's name.</param>
internal sealed class RowsByStep(string folder, string content) : IDisposable
{
    private const int RowsInMemory = 1 << 16;

    private readonly ScratchFile _file = new(folder, content, 0);
    private readonly SortedDictionary<long, List<(long Place, int Count)>> _parts = [];
    private readonly List<(long Step, StoredRow Row)> _new = [];
    private long _end;

    /// <summary>The steps that have rows, ascending.</summary>
    public IReadOnlyList<long> Steps
    {
        get
        {
            Store();
            return [.. _parts.Keys];
        }
    }

    public void Add(long step, StoredRow row)
    {
        _new.Add((step, row));
        if (_new.Count == RowsInMemory)
        {
            Store();
        }
    }

    public StoredRow[] Read(long step)
    {
        Store();
        var parts = _parts[step];
        var rows = new StoredRow[parts.Sum(p => p.Count)];
        var done = 0;
        foreach (var (place, count) in parts)
        {
            _file.Read(place, rows.AsSpan(done, count));
            done += count;
        }

        return rows;
    }

    public void Dispose() => _file.Dispose();

    private void Store()
    {
        foreach (var step in _new.GroupBy(row => row.Step))
        {
            StoredRow[] rows = [.. step.Select(row => row.Row)];
            _file.Write<StoredRow>(_end, rows);
            if (!_parts.TryGetValue(step.Key, out var parts))
            {
                _parts[step.Key] = parts = [];
            }

            parts.Add((_end, rows.Length));
            _end += (long)rows.Length * Unsafe.SizeOf<StoredRow>();
        }

        _new.Clear();
    }
}
