using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Benchmarks;

/// <summary>
/// An archive's part, over and over, as if the archive were larger than memory: after each read the
/// files' pages are dropped from the system's cache, so that each field is read from the disk.
/// </summary>
internal sealed class ColdFields : IFieldSet, IDisposable
{
    private readonly IFieldSet _fields;
    private readonly ColdFiles _files;
    private int _reads;

    public ColdFields(string folder, IFieldSet fields, int count)
    {
        (_fields, Count) = (fields, count);
        _files = new ColdFiles(folder, "anomaly_*.nc");
    }

    public Grid Grid => _fields.Grid;

    public IReadOnlyList<Variable> Variables => _fields.Variables;

    public int Count { get; }

    /// <summary>Fields read so far.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public DateTime TimeOf(int index) => _fields.TimeOf(index % _fields.Count);

    public void Read(int index, Span<float> destination)
    {
        _fields.Read(index % _fields.Count, destination);
        _files.Drop();
        Interlocked.Increment(ref _reads);
    }

    public void Dispose() => _files.Dispose();
}
