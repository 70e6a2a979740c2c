using System.Globalization;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Pages;

/// <summary>A colour scale as a browser takes it: the pictures' own.</summary>
public sealed class PageScale
{
    /// <param name="scale">Of a picture.</param>
    /// <param name="stops">The number of its colours that are taken, evenly spaced.</param>
    internal PageScale(ColourScale scale, int stops)
    {
        (Minimum, Maximum) = (scale.Minimum, scale.Maximum);
        Colours = [.. Enumerable.Range(0, stops).Select(i =>
        {
            var colour = scale.Colours.GetColor((double)i / (stops - 1));
            return string.Create(CultureInfo.InvariantCulture, $"#{colour.R:x2}{colour.G:x2}{colour.B:x2}");
        })];
    }

    /// <summary>In the units of the page.</summary>
    public double Minimum { get; }

    /// <summary>In the units of the page.</summary>
    public double Maximum { get; }

    /// <summary>From the minimum to the maximum.</summary>
    public IReadOnlyList<string> Colours { get; }
}
