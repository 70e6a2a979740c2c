using VaeDa.Runtime;

namespace VaeDa.Files.Outputs;

/// <summary>
/// What can be known of an output before any work: that it can be written, and that nothing that is read would be written over. Files are compared
/// by what they are and not by how their paths are spelt.
/// </summary>
public static class OutputCheck
{
    private const string Setting = "Out";

    /// <summary>Checks files that are to be written.</summary>
    /// <param name="outputs">Their paths; a file may be there, and is to be replaced.</param>
    /// <param name="inputs">What is read: files, and folders of which all files are. Null, and what is not there, counts for nothing.</param>
    /// <exception cref="InvalidInputException">One is read, is no file, or its folder may not be written to.</exception>
    public static void OfFiles(IEnumerable<string> outputs, params IEnumerable<string?> inputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var read = inputs.OfType<string>().SelectMany(input => Directory.Exists(input) ? Directory.GetFiles(input) : [input]).Where(File.Exists).ToList();
        foreach (var output in outputs)
        {
            var full = OutputPath.OfFile(output);
            RequireWritable(output, Path.GetDirectoryName(full)!);
            if (File.Exists(full) && read.Find(input => AreSame(input, full)) is { } input)
            {
                throw WouldBeReplaced(output, input);
            }
        }
    }

    /// <summary>Checks a folder that is to be written.</summary>
    /// <param name="output">Its path; a folder may be there, and what belongs to it is to be replaced.</param>
    /// <param name="contents">What belongs to it.</param>
    /// <param name="inputs">What is read: files and folders. Null, and what is not there, counts for nothing.</param>
    /// <exception cref="InvalidInputException">A file of it is read, it is a file, it may not be written to, or it holds what may not be in it.</exception>
    public static void OfFolder(string output, FolderContents contents, params IEnumerable<string?> inputs)
    {
        ArgumentNullException.ThrowIfNull(contents);
        var full = OutputPath.OfFolder(output);
        RequireWritable(output, full);
        if (!Directory.Exists(full))
        {
            return;
        }

        foreach (var input in inputs.OfType<string>())
        {
            var isInIt = Directory.Exists(input)
                ? AreSame(input, full) && Directory.EnumerateFiles(full).Any(file => contents.Belongs(Path.GetFileName(file)))
                : File.Exists(input) && RealPath(input) is var real && contents.Belongs(Path.GetFileName(real)) && AreSame(Path.GetDirectoryName(real)!, full);
            if (isInIt)
            {
                throw WouldBeReplaced(output, input);
            }
        }

        AtomicFolder.Check(output, full, contents);
    }

    private static InvalidInputException WouldBeReplaced(string output, string input) =>
        new($"{output}: {(output == input ? "it" : input)} is read, and would be written over; choose another place") { Setting = Setting };

    private static string RealPath(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    private static bool AreSame(string one, string other) => NativeFiles.IdentityOf(one) is { } identity
        ? identity.IsSameAs(NativeFiles.IdentityOf(other))
        : RealPath(one).Equals(RealPath(other), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    // What is not there yet is made in the nearest folder that is.
    private static void RequireWritable(string output, string folder)
    {
        var there = folder;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            if (File.Exists(there))
            {
                throw new InvalidInputException($"{output}: {there} is a file, where a folder is needed") { Setting = Setting };
            }

            there = above;
        }

        if (!NativeFiles.IsWritable(there))
        {
            throw new InvalidInputException($"{output}: nothing can be written to the folder {there}; choose another place, or have its rights changed") { Setting = Setting };
        }
    }
}
