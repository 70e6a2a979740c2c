using VaeDa.Runtime;

namespace VaeDa.Files.Outputs;

/// <summary>
/// Writes a folder aside and exchanges it with the one that is there, in one step, when it is whole and on disk: a killed run leaves the old one or the
/// new one, never half of each. A symbolic link is followed.
/// </summary>
public static class AtomicFolder
{
    // Folders that are one result as a whole: nothing else goes into them.
    private static readonly (string Description, string Kind)[] OtherResults = [("archive.json", "an archive"), ("reanalysis.json", "a reanalysis")];

    /// <summary>Has a folder written beside its own place, and put there when it is whole.</summary>
    /// <param name="path">Where the finished folder goes. What stands there already may be such a folder, an empty one, or one that may hold others' files.</param>
    /// <param name="contents">What belongs to it.</param>
    /// <param name="write">Writes files into the folder that it is given. Where it throws, the old folder stays and nothing else is left.</param>
    /// <exception cref="InvalidInputException">There is a folder or file that must not be replaced.</exception>
    public static void Write(string path, FolderContents contents, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(write);
        var full = OutputPath.OfFolder(path);
        Check(path, full, contents);
        var isWhole = CanBeExchanged(full, contents);
        using var aside = new Aside(isWhole ? full : Path.Combine(full, Path.GetFileName(full)));
        var made = Path.Combine(aside.Path, Path.GetFileName(full));
        Directory.CreateDirectory(made);
        try
        {
            write(made);
            // Some file systems tell only now that they are full.
            Aside.Flush(made);
        }
        catch (IOException e) when (e.Message.Contains(made, StringComparison.Ordinal))
        {
            // Under the name that the user knows.
            throw new IOException(e.Message.Replace(made, path, StringComparison.Ordinal), e);
        }

        Check(path, full, contents);
        if (isWhole)
        {
            PutInPlace(made, full, contents, aside);
        }
        else
        {
            MoveFiles(made, full, contents);
        }
    }

    /// <exception cref="InvalidInputException">The folder holds what may not be in it.</exception>
    internal static void Check(string path, string full, FolderContents contents)
    {
        if (OtherResults.FirstOrDefault(other => other.Description != contents.Description && File.Exists(Path.Combine(full, other.Description))) is { Kind: { } kind })
        {
            throw new InvalidInputException($"{path}: this folder is {kind}; choose another folder");
        }

        if (!contents.MayHoldOthers && Directory.Exists(full) && Others(full, contents).FirstOrDefault() is { } foreign)
        {
            throw new InvalidInputException($"{path}: this folder holds '{Path.GetFileName(foreign)}', which is not part of {contents.Kind}; choose another folder");
        }
    }

    private static IEnumerable<string> Others(string folder, FolderContents contents) =>
        Directory.EnumerateFileSystemEntries(folder).Where(entry => Path.GetFileName(entry) is var name && !contents.Belongs(name) && !Aside.IsOne(name));

    /// <summary>
    /// A folder that is there is exchanged as a whole where it is such a result, or holds nothing else. Others' folders stay what they are, as do those that the file
    /// system holds in place: where something is mounted, and where the program was started.
    /// </summary>
    private static bool CanBeExchanged(string full, FolderContents contents)
    {
        if (!Directory.Exists(full))
        {
            return true;
        }

        var parent = Path.GetDirectoryName(full);
        var isOurs = File.Exists(Path.Combine(full, contents.Description)) || !Others(full, contents).Any();
        return isOurs && parent is not null && NativeFiles.IsWritable(parent)
            && NativeFiles.IdentityOf(parent)?.Mount == NativeFiles.IdentityOf(full)?.Mount
            && !$"{OutputPath.OfFolder(Environment.CurrentDirectory)}/".StartsWith($"{full}/", StringComparison.Ordinal);
    }

    private static void PutInPlace(string made, string full, FolderContents contents, Aside aside)
    {
        if (!Directory.Exists(full))
        {
            Directory.Move(made, full);
        }
        else
        {
            Keep(Others(full, contents), made);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(made, File.GetUnixFileMode(full));
            }

            NativeFiles.Flush(made);
            if (!NativeFiles.Exchange(made, full))
            {
                // A process that is killed in between leaves the old folder aside, where the next finds it.
                Directory.Move(full, aside.OfBefore);
                Directory.Move(made, full);
            }
        }

        NativeFiles.Flush(Path.GetDirectoryName(full)!);
    }

    /// <summary>Gives others' files a second name in the new folder, so that they are in both whichever stays.</summary>
    private static void Keep(IEnumerable<string> entries, string folder)
    {
        foreach (var entry in entries)
        {
            var name = Path.Combine(folder, Path.GetFileName(entry));
            if (new FileInfo(entry).LinkTarget is { } target)
            {
                File.CreateSymbolicLink(name, target);
            }
            else if (Directory.Exists(entry))
            {
                Directory.CreateDirectory(name);
                Keep(Directory.EnumerateFileSystemEntries(entry), name);
            }
            else if (!NativeFiles.Link(entry, name))
            {
                File.Copy(entry, name);
            }
        }
    }

    /// <summary>One by one, without the description in between: what is not all there is no result.</summary>
    private static void MoveFiles(string made, string full, FolderContents contents)
    {
        var description = Path.Combine(full, contents.Description);
        File.Delete(description);
        foreach (var old in Directory.GetFiles(full).Where(file => contents.Belongs(Path.GetFileName(file)) && !File.Exists(Path.Combine(made, Path.GetFileName(file)))))
        {
            File.Delete(old);
        }

        foreach (var file in Directory.GetFiles(made).OrderBy(file => Path.GetFileName(file) == contents.Description))
        {
            File.Move(file, Path.Combine(full, Path.GetFileName(file)), overwrite: true);
        }

        NativeFiles.Flush(full);
    }
}

/// <summary>What is in a folder of results, so that one may take the place of another.</summary>
/// <param name="kind">In words, for messages: <c>an archive</c>.</param>
/// <param name="description">The name of the file that makes the folder such a result; the last to come, where files come one by one.</param>
/// <param name="belongs">Whether a file of a name is part of the result, and goes with it.</param>
/// <param name="mayHoldOthers">Whether other files may lie in the folder, which stay; without it they are refused.</param>
public sealed class FolderContents(string kind, string description, Func<string, bool> belongs, bool mayHoldOthers)
{
    internal string Kind { get; } = kind;

    internal string Description { get; } = description;

    internal bool MayHoldOthers { get; } = mayHoldOthers;

    internal bool Belongs(string name) => belongs(name);
}
