namespace VaeDa.Observations.Rows;

/// <summary>How many rows there are of a kind, and where the first few of them stand.</summary>
internal sealed class RowPlaces
{
    private const int Shown = 5;

    private readonly SortedList<long, (string? Source, int Line)> _first = [];

    public long Count { get; private set; }

    /// <summary>The number of the first of them; there must be one.</summary>
    public long First => _first.Keys[0];

    /// <param name="number">Of the row among all that are read, by which they are in order.</param>
    /// <param name="source">Its file where there are several.</param>
    /// <param name="line">In that file.</param>
    public void Add(long number, string? source, int line)
    {
        Count++;
        _first.Add(number, (source, line));
        if (_first.Count > Shown)
        {
            _first.RemoveAt(Shown);
        }
    }

    /// <summary>In words: lines, with their files where there are several.</summary>
    public override string ToString() =>
        $"{(_first.Values[0].Source is null ? "lines " : string.Empty)}{string.Join(", ", _first.Values.Select(r => r.Source is null ? $"{r.Line}" : $"{r.Source}:{r.Line}"))}{(Count > Shown ? ", …" : string.Empty)}";
}
