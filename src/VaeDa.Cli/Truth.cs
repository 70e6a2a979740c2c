using VaeDa.Archives;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Cli;

/// <summary>A known field to set an analysis against.</summary>
/// <param name="Field">(V, H, W), the variables in the analysis's order.</param>
internal sealed record Truth(float[] Field)
{
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
        return new Truth([.. places.SelectMany(v => field[(v * grid.Cells)..((v + 1) * grid.Cells)])]);
    }
}
