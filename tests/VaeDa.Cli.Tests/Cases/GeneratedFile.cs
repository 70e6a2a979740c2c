namespace VaeDa.Cli.Tests.Cases;

/// <summary>A file of a case that is made of one in the repository.</summary>
/// <param name="Of">The path in the repository, and words.</param>
/// <param name="Rule">In free words: those known are in <see cref="MakeIn"/>.</param>
internal sealed record GeneratedFile(string File, string Of, string Rule)
{
    public void MakeIn(string folder)
    {
        var anomaly = File switch
        {
            "dense-192.csv" => "-9999",
            "dense-192-empty.csv" => "",
            _ => throw new NotSupportedException($"{File}: {Rule}"),
        };
        var lines = System.IO.File.ReadAllLines(Path.Combine(SharedData.RepositoryRoot, Of.Split(' ')[0]));
        var column = Array.IndexOf(lines[0].Split(','), "anomaly");
        for (var row = 7; row <= 2872; row += 15)
        {
            var cells = lines[row + 1].Split(',');
            cells[column] = anomaly;
            lines[row + 1] = string.Join(',', cells);
        }

        System.IO.File.WriteAllLines(Path.Combine(folder, File), lines);
    }
}
