using System.Runtime.InteropServices;

namespace VaeDa.Runtime;

/// <summary>
/// What the C library knows of files and .NET does not: which file a path names, the exchange of two names in one step, a second name for a file, and
/// whether a folder's names are on disk. Where it is not known, as on other systems than Linux, each says so.
/// </summary>
internal static class NativeFiles
{
    private const int Here = -100; // AT_FDCWD of fcntl.h
    private const uint Basic = 0x7FF; // STATX_BASIC_STATS of stat.h
    private const uint Mount = 0x1000; // STATX_MNT_ID
    private const int LengthOfStatx = 256;
    private const uint ExchangeNames = 2; // RENAME_EXCHANGE of stdio.h
    private const int ToWrite = 2; // W_OK of unistd.h

    private delegate int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [In, Out] byte[] result);

    private delegate int RenameAt(int fromFolder, [MarshalAs(UnmanagedType.LPUTF8Str)] string from, int toFolder, [MarshalAs(UnmanagedType.LPUTF8Str)] string to, uint flags);

    private delegate int TwoPaths([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private delegate int PathAndFlags([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    private delegate int OfDescriptor(int descriptor);

    /// <summary>What a path leads to, links followed; null where nothing is there, or it cannot be known.</summary>
    public static FileIdentity? IdentityOf(string path)
    {
        var stat = new byte[LengthOfStatx];
        if (CLibrary.Function<Statx>("statx") is not { } statx || statx(Here, path, 0, Basic | Mount, stat) != 0)
        {
            return null;
        }

        // The offsets of the kernel's struct statx, which are the same on all machines.
        var kind = MemoryMarshal.Read<ushort>(stat.AsSpan(28)) & 0xF000; // S_IFMT: S_IFREG, S_IFDIR
        return new FileIdentity(
            MemoryMarshal.Read<ulong>(stat.AsSpan(136)),
            MemoryMarshal.Read<ulong>(stat.AsSpan(32)),
            MemoryMarshal.Read<ulong>(stat.AsSpan(144)),
            kind is 0x8000 or 0x4000);
    }

    /// <summary>Exchanges what two paths name, at once; false where that cannot be done here, and nothing has been.</summary>
    public static bool Exchange(string one, string other) => CLibrary.Function<RenameAt>("renameat2")?.Invoke(Here, one, Here, other, ExchangeNames) == 0;

    /// <summary>Gives a file a second name; false where that cannot be done here.</summary>
    public static bool Link(string file, string name) => CLibrary.Function<TwoPaths>("link")?.Invoke(file, name) == 0;

    /// <summary>Whether a file or folder that is there may be written to; true where that cannot be known.</summary>
    public static bool IsWritable(string path) => CLibrary.Function<PathAndFlags>("access") is not { } access || access(path, ToWrite) == 0;

    /// <summary>Waits until a folder's names are on disk, as far as the system lets one.</summary>
    public static void Flush(string folder)
    {
        if (CLibrary.Function<PathAndFlags>("open") is { } open && open(folder, 0) is >= 0 and var descriptor)
        {
            CLibrary.Function<OfDescriptor>("fsync")!(descriptor);
            CLibrary.Function<OfDescriptor>("close")!(descriptor);
        }
    }
}

/// <summary>What tells a file or folder from all others of the machine, however its path is spelt.</summary>
/// <param name="Device">That its bytes are on.</param>
/// <param name="Number">On that device.</param>
/// <param name="Mount">By which it is reached: a name cannot be moved from one to another.</param>
/// <param name="IsPlain">It is a file or a folder, and no device, pipe or socket.</param>
internal sealed record FileIdentity(ulong Device, ulong Number, ulong Mount, bool IsPlain)
{
    public bool IsSameAs(FileIdentity? other) => other is not null && (Device, Number) == (other.Device, other.Number);
}
