using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// A spaghetti plot: each member's contours blue, their mean's black, the truth's red where it is known, and the observations.
/// Where the lines of one value lie close together the field is known; where they tangle it is not.
/// </summary>
public sealed class SpaghettiFigure : ContourFigure
{
    /// <summary>M fields of (H × W).</summary>
    public required IReadOnlyList<IReadOnlyList<float>> Members { get; init; }

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        ContourLayer[] known = Truth is null ? [] : [new ContourLayer(Truth, ContourRole.Truth, IsLettered: true)];
        var map = Map(
            $"Members blue, mean black{(Truth is null ? "" : ", truth red")}; {Counted(Members.Count)}",
            [.. Members.Select(member => new ContourLayer(member, ContourRole.Member)), new ContourLayer(Field, ContourRole.Field, IsLettered: Truth is null), .. known]);
        return [[MapOf(map with { Observations = Observations }, 1376, 860)]];
    }
}
