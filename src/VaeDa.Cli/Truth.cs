using VaeDa.Archives;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Cli;

/// <summary>A known field to set an analysis against.</summary>
internal sealed class Truth
{
    private readonly IReadOnlyDictionary<string, float[]> _fields;

    private Truth(IReadOnlyDictionary<string, float[]> fields) => _fields = fields;

    /// <summary>The field of one of the analysis's variables, (H, W).</summary>
    public float[] Of(string variable) => _fields[variable];

    /// <param name="archive">Folder or bundled name; null: there is no truth.</param>
    /// <exception cref="InvalidInputException">The archive has no field of that time, another grid, or not these variables.</exception>
    public static Truth? Of(string? archive, DateTime? time, Grid grid, IReadOnlyList<Variable> variables)
    {
        if (archive is null)
        {
            return null;
        }

        using var opened = AnomalyArchive.Open(BundledFiles.Find(archive, "data"));
        if (!opened.Grid.Equals(grid))
        {
            throw new InvalidInputException($"--truth {archive}: its grid is {opened.Grid}, the model's {grid}");
        }

        var places = variables.Select(wanted => opened.Variables.ToList().FindIndex(v => v.Name == wanted.Name)).ToList();
        if (places.IndexOf(-1) is >= 0 and var missing)
        {
            throw new InvalidInputException($"--truth {archive}: it has no variable '{variables[missing].Name}'; it has {string.Join(", ", opened.Variables.Select(v => $"'{v.Name}'"))}");
        }

        if (time is null)
        {
            throw new InvalidInputException($"--truth {archive}: the observations have no time to look up in it");
        }

        var index = opened.Find(time.Value)
            ?? throw new InvalidInputException($"--truth {archive}: it has no field of {AnalysisPicture.Date(time)}; its times are {AnalysisPicture.Date(opened.Times[0])}…{AnalysisPicture.Date(opened.Times[^1])}");
        var field = opened.Read(index);
        return new Truth(variables.Zip(places).ToDictionary(v => v.First.Name, v => field[(v.Second * grid.Cells)..((v.Second + 1) * grid.Cells)]));
    }
}
