namespace VaeDa.Files;

/// <summary>Writes a folder aside and renames it, so that a killed run leaves the old one or the new one, never half.</summary>
internal static class AtomicFolder
{
    /// <param name="path">Where the finished folder goes.</param>
    /// <param name="isReplaceable">Whether a file of a folder that is there already may go; all must.</param>
    /// <param name="write">Writes into the folder it is given.</param>
    /// <exception cref="InvalidInputException">There is a folder or file that must not be replaced.</exception>
    public static void Write(string path, Func<string, bool> isReplaceable, Action<string> write)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        Check(path, full, isReplaceable);
        var parent = Path.GetDirectoryName(full) ?? throw new InvalidInputException($"{path}: the root folder cannot be replaced");
        Directory.CreateDirectory(parent);
        var aside = Path.Combine(parent, $".{Path.GetFileName(full)}.{Environment.ProcessId}.partial");
        var old = Path.Combine(parent, $".{Path.GetFileName(full)}.{Environment.ProcessId}.old");
        Directory.CreateDirectory(aside);
        try
        {
            write(aside);
            Check(path, full, isReplaceable);
            if (Directory.Exists(full))
            {
                Directory.Move(full, old);
            }

            Directory.Move(aside, full);
        }
        finally
        {
            foreach (var leftover in (string[])[aside, old])
            {
                if (Directory.Exists(leftover) && (leftover == aside || Directory.Exists(full)))
                {
                    Directory.Delete(leftover, recursive: true);
                }
            }
        }
    }

    private static void Check(string path, string full, Func<string, bool> isReplaceable)
    {
        if (File.Exists(full))
        {
            throw new InvalidInputException($"{path}: a file of this name exists, where a folder is to be made");
        }

        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).FirstOrDefault(e => !isReplaceable(Path.GetFileName(e))) is { } foreign)
        {
            throw new InvalidInputException($"{path}: this folder holds '{Path.GetFileName(foreign)}', which is not part of an archive; choose another folder");
        }
    }
}
