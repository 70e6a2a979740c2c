using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaeDa.Files;

/// <summary>Values that memory need not hold, in a file that goes when this is disposed, or the process is killed. Safe from several threads.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly SafeFileHandle _file;

    /// <param name="folder">Made if need be.</param>
    /// <param name="content">A word for what it holds, for its name.</param>
    /// <param name="length">Bytes; there must be space for them.</param>
    public ScratchFile(string folder, string content, long length)
    {
        Directory.CreateDirectory(folder);
        _file = Opened(folder, content, length);
    }

    /// <summary>A stream of bytes in such a file.</summary>
    /// <param name="folder">It is there.</param>
    /// <param name="content">A word for what it holds, for its name.</param>
    public static FileStream Stream(string folder, string content) => new(Opened(folder, content, 0), FileAccess.ReadWrite);

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

    private static SafeFileHandle Opened(string folder, string content, long length)
    {
        var path = Path.Combine(folder, $".{content}.{Path.GetRandomFileName()}");
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose, length);
        }

        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, preallocationSize: length);
        // An open file needs no name: what kills the process leaves nothing.
        File.Delete(path);
        return file;
    }
}
