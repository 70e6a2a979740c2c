namespace VaeDa.Observations;

/// <summary>The files that a user's words for observations stand for.</summary>
internal static class ObservationPaths
{
    private static readonly string[] Endings = [".csv", ".tsv", ".txt", ".sef", ".parquet"];

    /// <param name="paths">Files, folders, and patterns with * or ? in the last part.</param>
    /// <returns>The files, each once, those of a folder or pattern in the order of their names; and what there is to say of others in the folders.</returns>
    /// <exception cref="InvalidInputException">A folder has no file of a table, or a pattern none at all.</exception>
    public static (List<string> Files, List<string> Notes) Files(IReadOnlyList<string> paths)
    {
        var (files, notes) = (new List<string>(), new List<string>());
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                string[] all = [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)];
                string[] tables = [.. all.Where(IsTable)];
                files.AddRange(tables.Length > 0 ? tables : throw new InvalidInputException($"{path}: no file in this folder ends in {string.Join(", ", Endings)}, with or without .gz"));
                notes.AddRange(all.Length == tables.Length ? [] : [$"{path}: {all.Length - tables.Length} files are no tables by their names and not read ({string.Join(", ", all.Except(tables).Take(3).Select(Path.GetFileName))}{(all.Length - tables.Length > 3 ? ", …" : string.Empty)})"]);
            }
            else if (!File.Exists(path) && Path.GetFileName(path).IndexOfAny(['*', '?']) >= 0)
            {
                var folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
                string[] found = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];
                files.AddRange(found.Length > 0 ? found : throw new InvalidInputException($"{path}: there is no such file"));
            }
            else
            {
                files.Add(path);
            }
        }

        return ([.. files.DistinctBy(Path.GetFullPath)], notes);
    }

    private static bool IsTable(string file)
    {
        var name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Endings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }
}
