using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace VaeDa.Files;

/// <summary>Values that memory need not hold, in a file that goes when this is disposed, or the process is killed. Safe from several threads.</summary>
internal sealed partial class ScratchFile : IDisposable
{
    private readonly string _folder;
    private readonly SafeFileHandle _file;

    /// <param name="folder">Made if need be.</param>
    /// <param name="content">A word for what it holds, for its name.</param>
    /// <param name="length">Bytes; there must be space for them.</param>
    public ScratchFile(string folder, string content, long length)
    {
        Directory.CreateDirectory(folder);
        _folder = folder;
        _file = Opened(folder, content, length);
    }

    /// <summary>A stream of bytes in such a file.</summary>
    /// <param name="folder">It is there.</param>
    /// <param name="content">A word for what it holds, for its name.</param>
    public static FileStream Stream(string folder, string content) => new(Opened(folder, content, 0), FileAccess.ReadWrite);

    /// <param name="place">Where they begin, in bytes.</param>
    /// <param name="values">As they are in memory.</param>
    /// <exception cref="IOException">The disk is full, for example; it names the folder, as the file has no name.</exception>
    public void Write<T>(long place, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        try
        {
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(values), place);
        }
        catch (IOException e)
        {
            throw OfFolder(e, _folder);
        }
    }

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

        try
        {
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, preallocationSize: length);
            // An open file needs no name: what kills the process leaves nothing.
            File.Delete(path);
            return file;
        }
        catch (IOException e)
        {
            throw OfFolder(e, folder);
        }
    }

    // Nobody knows the file by its own name.
    private static IOException OfFolder(IOException error, string folder) => new(NameInQuotes().Replace(error.Message, $"'{folder}'"), error);

    [GeneratedRegex("'[^']*'")]
    private static partial Regex NameInQuotes();
}
