using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaeDa.Files;

/// <summary>Values that memory need not hold, in a file that goes when this is disposed. Safe from several threads.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly SafeFileHandle _file;

    /// <param name="folder">Made if need be.</param>
    /// <param name="content">A word for what it holds, for its name.</param>
    /// <param name="length">Bytes; there must be space for them.</param>
    public ScratchFile(string folder, string content, long length)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $".{content}.{Environment.ProcessId}.partial");
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose, length);
    }

    /// <param name="place">Where they begin, in bytes.</param>
    /// <param name="values">As they are in memory.</param>
    public void Write<T>(long place, ReadOnlySpan<T> values)
        where T : unmanaged => RandomAccess.Write(_file, MemoryMarshal.AsBytes(values), place);

    /// <param name="place">Where they begin, in bytes.</param>
    /// <param name="values">As many as are read.</param>
    /// <exception cref="InvalidOperationException">Not all of them have been written.</exception>
    public void Read<T>(long place, Span<T> values)
        where T : unmanaged
    {
        for (var bytes = MemoryMarshal.AsBytes(values); bytes.Length > 0;)
        {
            var count = RandomAccess.Read(_file, bytes, place);
            if (count == 0)
            {
                throw new InvalidOperationException("what is read has not been written");
            }

            bytes = bytes[count..];
            place += count;
        }
    }

    public void Dispose() => _file.Dispose();
}
