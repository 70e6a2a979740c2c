using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VaeDa.Benchmarks;

/// <summary>Files whose pages the system is told to drop from its cache (posix_fadvise), so that they are read from the disk.</summary>
internal sealed class ColdFiles : IDisposable
{
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED of fcntl.h
    private readonly List<SafeFileHandle> _files;

    /// <param name="folder">Where the files are.</param>
    /// <param name="pattern">Their names.</param>
    public ColdFiles(string folder, string pattern = "*.nc")
    {
        _files = [.. Directory.GetFiles(folder, pattern).Select(path => File.OpenHandle(path))];
        Drop();
    }

    public void Drop()
    {
        if (OperatingSystem.IsLinux())
        {
            _files.ForEach(file => Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed));
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    private static extern int Advise(int file, long offset, long length, int advice);
}
