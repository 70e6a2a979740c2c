using VaeDa.Archives;

namespace VaeDa.Cli;

/// <summary>
/// The data and models that lie beside the executable, in the built and in the published folder alike, and so can be
/// named from any working directory. A path that exists always comes before a bundled name.
/// </summary>
internal static class BundledFiles
{
    /// <summary>The path of a file or folder that the user named.</summary>
    /// <param name="named">A path; or, where there is none such, that of a bundled file (<c>data/networks/mid.csv</c>) or its bare name (<c>mid</c>).</param>
    /// <param name="folder">Where bundled files of the kind are: <c>data/networks</c>.</param>
    /// <param name="extension">What a bare name lacks: <c>.csv</c>; nothing for folders.</param>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static string Find(string named, string folder, string extension = "")
    {
        string[] places =
        [
            named,
            Path.Combine(AppContext.BaseDirectory, named),
            Path.Combine(AppContext.BaseDirectory, folder, named + extension),
        ];
        var (kind, exists) = extension.Length == 0 ? ("folder", (Predicate<string>)Directory.Exists) : ("file", File.Exists);
        return Array.Find(places, exists)
            ?? throw new InvalidInputException($"there is no {kind} '{named}', nor is it one of the bundled {string.Join(", ", (extension.Length == 0 ? Archives() : Names(folder, extension)).Select(n => $"'{n}'"))}");
    }

    /// <summary>The folder of an archive that the user named, or of the bundled one where none is named.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static string Archive(string? named) => Find(
        named ?? Archives().FirstOrDefault()
            ?? throw new InvalidInputException("no archive is bundled with this build: name one, as 'vaeda prepare' makes them"),
        "data");

    /// <summary>The observations that the user named: a file, a folder of files, a pattern with * or ?, or one that is bundled.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static string Observations(string named) =>
        Directory.Exists(named) || Path.GetFileName(named).IndexOfAny(['*', '?']) >= 0 ? named : Find(named, "data/observations", ".csv");

    /// <summary>Names of the bundled models.</summary>
    public static IEnumerable<string> Models() => Names("models", ".safetensors");

    /// <summary>Names of the bundled archives.</summary>
    public static IEnumerable<string> Archives() => Names("data").Where(name => File.Exists(Path.Combine(AppContext.BaseDirectory, "data", name, ArchiveDescription.FileName)));

    /// <summary>Names of the bundled networks.</summary>
    public static IEnumerable<string> Networks() => Names("data/networks", ".csv");

    /// <summary>The bare names that <see cref="Find"/> takes.</summary>
    public static IReadOnlyList<string> Names(string folder, string extension = "")
    {
        var place = Path.Combine(AppContext.BaseDirectory, folder);
        if (!Directory.Exists(place))
        {
            return [];
        }

        var entries = extension.Length == 0 ? Directory.GetDirectories(place) : Directory.GetFiles(place, $"*{extension}");
        return [.. entries.Select(entry => Path.GetFileName(entry)[..^extension.Length]).Order(StringComparer.Ordinal)];
    }
}
