using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VaeDa.Runtime;

/// <summary>What a path leads to, links followed.</summary>
internal enum FileKind
{
    /// <summary>A file with content of its own; or there is nothing, or the system does not tell.</summary>
    Regular,

    /// <summary>What another process writes: it can be read once, and opening it waits for the writer.</summary>
    Pipe,

    /// <summary>A device, such as /dev/zero, which may never end.</summary>
    Device,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A socket, which cannot be opened.</summary>
    Socket,
}

/// <summary>Looks what a path leads to, without opening it.</summary>
internal static class FileKinds
{
    // statx(2): its structure is the same on all processors, the mode 28 bytes from its beginning.
    private const int OfWorkingFolder = -100;
    private const uint Type = 1;
    private const int Size = 256;
    private const int PlaceOfMode = 28;

    private delegate int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);

    public static FileKind Of(string path)
    {
        var status = new byte[Size];
        if (CLibrary.Function<Statx>("statx") is not { } statx || statx(OfWorkingFolder, path, 0, Type, status) != 0)
        {
            return FileKind.Regular;
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(PlaceOfMode)) & 0xF000) switch
        {
            0x1000 => FileKind.Pipe,
            0x2000 or 0x6000 => FileKind.Device,
            0x4000 => FileKind.Folder,
            0xC000 => FileKind.Socket,
            _ => FileKind.Regular,
        };
    }
}
