using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VaeDa.Archives;
using VaeDa.Fields;

namespace VaeDa.Benchmarks;

/// <summary>
/// An archive's part, over and over, as if the archive were larger than memory: after each read the system is told to drop
/// the files' pages from its cache (posix_fadvise), so that each field is read from the disk.
/// </summary>
internal sealed class ColdFields : IFieldSet, IDisposable
{
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED of fcntl.h
    private readonly IFieldSet _fields;
    private readonly List<SafeFileHandle> _files;
    private int _reads;

    public ColdFields(string folder, IFieldSet fields, int count)
    {
        (_fields, Count) = (fields, count);
        _files = [.. Directory.GetFiles(folder, "anomaly_*.nc").Select(path => File.OpenHandle(path))];
        Drop();
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
        Drop();
        Interlocked.Increment(ref _reads);
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void Drop()
    {
        if (OperatingSystem.IsLinux())
        {
            _files.ForEach(file => Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed));
        }
    }

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(int file, long offset, long length, int advice);
}
