using ScottPlot;

namespace VaeDa.Plotting.Maps;

/// <summary>The part of a colour map between two of its places, 0…1.</summary>
internal sealed class CutColours(IColormap whole, double from, double to) : IColormap
{
    public string Name => whole.Name;

    public Color GetColor(double position) => whole.GetColor(from + position * (to - from));
}
