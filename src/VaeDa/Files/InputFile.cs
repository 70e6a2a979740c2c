using VaeDa.Runtime;

namespace VaeDa.Files;

/// <summary>What may be opened for reading: no folder, no device, and where a file is read more than once no pipe.</summary>
internal static class InputFile
{
    private const long LargestSmall = 1 << 28;

    /// <exception cref="InvalidInputException">There is no such file, or it is none that can be read from any place.</exception>
    public static void RequireRegular(string path) => Require(path, FileKinds.Of(path));

    /// <summary>The whole of a small file.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it cannot be a small one.</exception>
    public static byte[] Small(string path)
    {
        RequireRegular(path);
        return new FileInfo(path).Length <= LargestSmall ? File.ReadAllBytes(path)
            : throw new InvalidInputException($"{path}: larger than {LargestSmall >> 20} MB, which such a file never is");
    }

    /// <summary>Whether it is a pipe, which can be read once.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is neither regular nor a pipe.</exception>
    public static bool IsPipe(string path)
    {
        var kind = FileKinds.Of(path);
        Require(path, kind == FileKind.Pipe ? FileKind.Regular : kind);
        return kind == FileKind.Pipe;
    }

    private static void Require(string path, FileKind kind)
    {
        if (kind != FileKind.Regular || Directory.Exists(path))
        {
            throw new InvalidInputException($"{path}: {kind switch
            {
                FileKind.Pipe => "a pipe, which can be read once; save what comes through it as a file",
                FileKind.Device => "a device, not a file",
                FileKind.Socket => "a socket, not a file",
                _ => "a folder, not a file",
            }}");
        }

        if (!File.Exists(path))
        {
            throw new InvalidInputException($"{path}: there is no such file");
        }
    }
}
