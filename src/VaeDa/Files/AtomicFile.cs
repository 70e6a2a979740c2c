namespace VaeDa.Files;

/// <summary>Writes a file aside and renames it, so that a killed run leaves the old file or the new one, never half.</summary>
public static class AtomicFile
{
    /// <param name="path">Where the finished file goes; its folder is made if need be.</param>
    /// <param name="write">Writes the file at the path it is given, in the same folder.</param>
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
