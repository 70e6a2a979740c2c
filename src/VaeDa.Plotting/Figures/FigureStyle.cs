using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>How a figure's maps are drawn, where what they show leaves a choice.</summary>
public sealed record FigureStyle
{
    public static FigureStyle Usual { get; } = new();

    public MapView View { get; init; } = MapView.Own;
}
