using VaeDa.Archives;
using VaeDa.Fields;

namespace VaeDa.Cli;

/// <summary>A known field to set an analysis against.</summary>
internal sealed record Truth(float[] Field)
{
    /// <param name="archive">Folder or bundled name; null: there is no truth.</param>
    /// <exception cref="InvalidInputException">The archive has no field of that time, or another grid.</exception>
    public static Truth? Of(string? archive, DateTime? time, Grid grid)
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

        if (time is null)
        {
            throw new InvalidInputException($"--truth {archive}: the observations have no time to look up in it");
        }

        return new Truth(opened.Read(opened.Find(time.Value) ?? throw new InvalidInputException($"--truth {archive}: it has no field of {time:yyyy-MM-dd HH:mm}")));
    }
}
