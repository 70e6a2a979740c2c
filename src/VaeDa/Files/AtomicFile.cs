namespace VaeDa.Files;

/// <summary>Writes a file aside and renames it, so that a killed run leaves the old file or the new one, never half.</summary>
public static class AtomicFile
{
    /// <summary>Has a file written under another name in the same folder, and gives it its own name when it is whole.</summary>
    /// <param name="path">The path of the finished file, which may exist already; its folder is made if need be.</param>
    /// <param name="write">Writes the file at the path that it is given. Where it throws, the old file stays and nothing else is left.</param>
    public static void Write(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        // The extension stays last: some writers choose the format by it.
        var aside = Path.Combine(folder, $".{Path.GetFileNameWithoutExtension(path)}.{Environment.ProcessId}.partial{Path.GetExtension(path)}");
        try
        {
            write(aside);
            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }
}
