using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Cli;

/// <summary>The climatology that makes whole fields of one variable's anomalies.</summary>
/// <param name="Units">Of the whole fields.</param>
/// <param name="Mean">The climatological mean of a time of the year (H, W).</param>
internal sealed record FullField(string Units, Func<DateTime, float[]> Mean)
{
    /// <returns>Null where the archive was made of anomalies: it has no mean.</returns>
    public static FullField? Of(AnomalyArchive archive, int variable) => archive.UnitsOfClimatologicalMean(variable) is { } units
        ? new FullField(units, time => archive.ReadClimatologicalMean(variable, time))
        : null;

    /// <param name="option">By which the archive was named, for messages.</param>
    /// <exception cref="InvalidInputException">The archive has another grid or not this variable.</exception>
    public static FullField? Of(AnomalyArchive archive, string option, Grid grid, Variable variable)
    {
        if (!archive.Grid.Equals(grid))
        {
            throw new InvalidInputException($"{option}: its grid is {archive.Grid}, the analysis's {grid}");
        }

        var place = archive.Variables.ToList().FindIndex(v => v.Name == variable.Name);
        return place >= 0
            ? Of(archive, place)
            : throw new InvalidInputException($"{option}: it has no variable '{variable.Name}'; it has {string.Join(", ", archive.Variables.Select(v => $"'{v.Name}'"))}");
    }

    /// <summary>(H, W).</summary>
    public float[] Add(float[] anomaly, DateTime time) => [.. Mean(time).Zip(anomaly, (mean, departure) => mean + departure)];
}
