using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives.Sources;

/// <summary>What the dimensions of a variable with fields are.</summary>
/// <param name="Time">Number of the dimension of time.</param>
/// <param name="TimeCoordinate">Its coordinate.</param>
/// <param name="Grid">The dimensions of the grid.</param>
/// <param name="Others">All others: levels, members of an ensemble, or what is only one.</param>
internal sealed record FieldAxes(int Time, NetcdfVariable TimeCoordinate, HorizontalAxes Grid, IReadOnlyList<LevelAxis> Others)
{
    /// <summary>Whether there is one field a time.</summary>
    public bool AreFields => Others.All(other => other.Length == 1);

    /// <returns>Null for a variable that is not on time and a grid, in this order.</returns>
    public static FieldAxes? Of(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var time = TimeOf(dataset, variable);
        return time >= 0 && HorizontalAxes.Of(dataset, variable) is { } grid && grid.Row > time && grid.Column > grid.Row
            ? new FieldAxes(time, dataset.Find(variable.Dimensions[time].Name)!, grid, [.. variable.Dimensions
                .Select((d, number) => new LevelAxis(number, dataset.Find(d.Name) is { Dimensions.Count: 1 } own ? own : null, d.Length, d.Name))
                .Where(other => other.Dimension != time && other.Dimension != grid.Row && other.Dimension != grid.Column)])
            : null;
    }

    /// <returns>Number of the dimension of time; −1 without one.</returns>
    public static int TimeOf(NetcdfDataset dataset, NetcdfVariable variable) =>
        variable.Dimensions.ToList().FindIndex(d => dataset.Find(d.Name) is { Dimensions.Count: 1 } own && TimeAxis.IsTime(own));

    /// <summary>Finds the one level that is wanted.</summary>
    /// <param name="dataset">Open.</param>
    /// <param name="variable">That these are the axes of.</param>
    /// <param name="wanted">Null where none was named.</param>
    /// <returns>Null for a variable without levels.</returns>
    /// <exception cref="InvalidInputException">There are several levels and none is named, or there is no such level, or there are other dimensions.</exception>
    public ChosenLevel? Choose(NetcdfDataset dataset, NetcdfVariable variable, LevelChoice? wanted)
    {
        ChosenLevel? chosen = null;
        foreach (var other in Others.Where(other => other.Length > 1 || (wanted is not null && other.IsVertical)).OrderBy(other => other.IsVertical))
        {
            chosen = other.Choose(dataset, variable, wanted);
        }

        return chosen;
    }
}
