using VaeDa.Runtime;

namespace VaeDa.Files.Outputs;

/// <summary>
/// Where an output really goes. A symbolic link is followed, so that it stays and what it leads to is written; what is neither a file nor a folder
/// (a device, a pipe) is refused, since it would be replaced by a file.
/// </summary>
internal static class OutputPath
{
    /// <returns>The whole path of the file, which may not be there yet.</returns>
    /// <exception cref="InvalidInputException">Something else is there, or the path names no file.</exception>
    public static string OfFile(string path)
    {
        var full = Followed(path);
        return Path.GetFileName(full).Length == 0 || Directory.Exists(full)
            ? throw new InvalidInputException($"{path}: a folder, where a file is to be written; name the file")
            : full;
    }

    /// <returns>The whole path of the folder, which may not be there yet; no separator ends it.</returns>
    /// <exception cref="InvalidInputException">Something else is there.</exception>
    public static string OfFolder(string path)
    {
        var full = Followed(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), path);
        return File.Exists(full) ? throw new InvalidInputException($"{path}: a file of this name exists, where a folder is to be made") : full;
    }

    private static string Followed(string path) => Followed(Path.GetFullPath(path), path);

    private static string Followed(string full, string path)
    {
        try
        {
            // A link that leads nowhere is followed to where it leads.
            full = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidInputException($"{path}: symbolic links that lead to no file ({e.Message})", e);
        }
        catch (IOException)
        {
            // Nothing is there yet.
        }

        return NativeFiles.IdentityOf(full) is { IsPlain: false }
            ? throw new InvalidInputException($"{path}: neither a file nor a folder but a device, pipe or socket; name a file")
            : full;
    }
}
