using VaeDa.Runtime;

namespace VaeDa.Files.Outputs;

/// <summary>
/// Writes a file aside and renames it when it is whole and on disk, so that a killed run, or power that fails, leaves the old file or the new one, never
/// half. A symbolic link is followed.
/// </summary>
public static class AtomicFile
{
    /// <summary>Has a file written in a folder beside its own, and gives it its own name when it is whole.</summary>
    /// <param name="path">The path of the finished file, which may exist already; its folder is made if need be.</param>
    /// <param name="write">Writes the file at the path that it is given. Where it throws, the old file stays and nothing else is left.</param>
    /// <exception cref="InvalidInputException">The path is that of a folder, a device or a pipe.</exception>
    public static void Write(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        WriteWithCompanions(path, folder => write(Path.Combine(folder, Path.GetFileName(OutputPath.OfFile(path)))));
    }

    /// <summary>
    /// Has a file written together with others that belong to it, such as its pictures. No file system renames several at once: the companions that are
    /// there go first and the new ones come last, so that a killed run may leave a file without them, but never one beside those of another.
    /// </summary>
    /// <param name="path">The path of the finished file, which may exist already; its folder, which its companions go to, is made if need be.</param>
    /// <param name="write">Writes all of them into the folder that it is given, under their own names. Where it throws, the old files stay and nothing else is left.</param>
    /// <exception cref="InvalidInputException">The path of one of them is that of a folder, a device or a pipe.</exception>
    public static void WriteWithCompanions(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var target = OutputPath.OfFile(path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var aside = new Aside(target);
        var made = Path.Combine(aside.Path, "made");
        Directory.CreateDirectory(made);
        try
        {
            write(made);
            // Some file systems tell only now that they are full.
            Aside.Flush(made);
        }
        catch (IOException e) when (e.Message.Contains(aside.Path, StringComparison.Ordinal))
        {
            // Under the name that the user knows.
            throw new IOException(e.Message.Replace(made, folder, StringComparison.Ordinal), e);
        }

        var own = Path.Combine(made, Path.GetFileName(target));
        var companions = Directory.GetFiles(made).Where(file => file != own).Select(file => (Made: file, Target: OutputPath.OfFile(Path.Combine(folder, Path.GetFileName(file))))).ToList();
        companions.ForEach(companion => File.Delete(companion.Target));
        File.Move(own, target, overwrite: true);
        companions.ForEach(companion => File.Move(companion.Made, companion.Target, overwrite: true));
        NativeFiles.Flush(Path.GetDirectoryName(target)!);
    }
}
