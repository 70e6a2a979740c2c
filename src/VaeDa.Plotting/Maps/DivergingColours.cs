using ScottPlot;
using ScottPlot.Colormaps;

namespace VaeDa.Plotting.Maps;

/// <summary>
/// Blue through white to red: cmocean's balance without its ends, which are both all but black. The red half is cut sooner, so that the
/// ends differ in lightness too, and can be told apart in grey print.
/// </summary>
internal sealed class DivergingColours : IColormap
{
    private const double Blue = 0.1;
    private const double Red = 0.8;

    private readonly Balance balance = new();

    public string Name => "balance, cut";

    public Color GetColor(double position) => balance.GetColor(position < 0.5 ? Blue + position * 2 * (0.5 - Blue) : 0.5 + (position - 0.5) * 2 * (Red - 0.5));
}
