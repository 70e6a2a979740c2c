using ScottPlot;
using ScottPlot.TickGenerators;
using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Maps;

/// <summary>Draws a <see cref="FieldMap"/>: cells, fog, coastlines, contours, observations, degrees or the projection's kilometres along the frame.</summary>
internal static class MapPanel
{
    public static readonly Color Missing = Color.FromHex("#ABABAB");

    /// <summary>At the right, for a colour bar with six digits, a pressure in Pa; a map without colours is so much narrower.</summary>
    public const int BarRoom = 96;

    private static readonly PixelPadding Margins = new(left: 84, right: 24 + BarRoom, bottom: 44, top: 42);
    private const float LegendRoom = 26;
    private const float WidestMap = 1200;
    private static readonly double[] DegreeSteps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60];

    /// <param name="width">The widest that the panel may be, margins included, pixels.</param>
    /// <param name="height">The tallest that its data area may be, pixels.</param>
    /// <exception cref="ArgumentException">A field's size is not its grid's.</exception>
    public static Panel Create(FieldMap map, float width, float height)
    {
        map.Validate();
        map = map.Shown();
        var extent = MapExtent.Of(map.Grid, map.View, map.Smooth);
        var plot = new Plot();
        var margins = map is { IsShaded: true, HasBar: true } ? Margins : new PixelPadding(Margins.Left, Margins.Right - BarRoom, Margins.Bottom, Margins.Top);
        if (map.Observations is { Colouring: not null })
        {
            margins = new PixelPadding(margins.Left, margins.Right, margins.Bottom + LegendRoom, margins.Top);
        }

        var panel = new Panel(plot, SizeFor(extent, width - margins.Horizontal, height), margins, map.Title);
        if (map.IsShaded)
        {
            AddCells(panel, extent, map);
        }

        if (map.Ignorance is { } ignorance)
        {
            plot.Add.Plottable(new FogHatch(extent, ignorance));
        }

        var graticule = extent is ProjectedExtent projected ? new Graticule(projected, panel.Data.Width, panel.Data.Height) : null;
        if (graticule is not null)
        {
            plot.Add.Plottable(graticule);
        }

        plot.Add.Plottable(new Coastlines(extent));
        if (map.Contours is { } contours)
        {
            plot.Add.Plottable(new ContourPlot(extent, contours, UnitText.Of(map.Units), [.. Places(extent, map.Observations).Select(dot => dot.Place)]));
        }

        if (extent.Edges is { } edges)
        {
            plot.Add.Plottable(new MapEdge(edges));
        }

        if (map.Observations is { Colouring: not null })
        {
            var layer = new ObservationLayer(extent, map, panel.Data);
            plot.Add.Plottable(layer);
            panel.AddLegend(layer.DrawLegend);
        }
        else if (map.Observations is { Count: > 0 } observations)
        {
            AddDots(panel, extent, observations);
        }

        plot.Axes.SetLimits(extent.Left, extent.Right, extent.Bottom, extent.Top);
        if (graticule is not null)
        {
            panel.HideFrame();
            foreach (var (text, place, alignment) in graticule.Labels())
            {
                panel.AddText(text, place, alignment);
            }
        }
        else if (map.Grid.Projection is { Units: var units })
        {
            var (unit, shown) = units switch { "m" => (1000, " km"), "1" => (1, ""), _ => (1, $" {units}") };
            plot.Axes.Bottom.TickGenerator = Lengths(extent.Left, extent.Right, panel.Data.Width / 60, unit, "");
            plot.Axes.Left.TickGenerator = Lengths(extent.Bottom, extent.Top, panel.Data.Height / 45, unit, shown);
        }
        else
        {
            plot.Axes.Bottom.TickGenerator = Degrees(extent.Left, extent.Right, panel.Data.Width / 110, Graticule.LongitudeLabel);
            plot.Axes.Left.TickGenerator = Degrees(extent.Bottom, extent.Top, panel.Data.Height / 45, Graticule.LatitudeLabel);
        }

        return panel;
    }

    /// <summary>Diameter of the dots in pixels: a few are easy to find, thousands leave the field readable, on a small map too.</summary>
    internal static float DotSize(int count, float mapWidth = WidestMap) =>
        (float)Math.Clamp((14 - 2.9 * Math.Log10(count)) * Math.Sqrt(Math.Min(1, mapWidth / WidestMap)), 2, 9);

    private static PixelSize SizeFor(MapExtent extent, float width, float height) => extent.Aspect >= width / height
        ? new PixelSize(width, MathF.Round((float)(width / extent.Aspect)))
        : new PixelSize(MathF.Round((float)(height * extent.Aspect)), height);

    private static void AddCells(Panel panel, MapExtent extent, FieldMap map)
    {
        // ScottPlot refuses a heat map without a single value: one is there, unseen, for the colour bar. It colours all cells
        // anew at each setting: the field comes after them.
        var raster = extent.Rasterise(map.Values);
        var isEmpty = !raster.Cast<double>().Any(double.IsFinite);
        var cells = panel.Plot.Add.Heatmap(new double[1, 1]);
        cells.IsVisible = !isEmpty;
        panel.Plot.DataBackground.Color = isEmpty ? Missing : Colors.White;
        cells.Colormap = map.Scale.Colours;
        cells.ManualRange = new ScottPlot.Range(map.Scale.Minimum, map.Scale.Maximum);
        cells.NaNCellColor = Missing;
        if (!isEmpty)
        {
            cells.Intensities = raster;
            if (map.Fading is { } fading)
            {
                // The colour of missing ones shows through.
                panel.Plot.DataBackground.Color = Missing;
                cells.AlphaMap = Opacities(extent.Rasterise(fading));
            }

            cells.Update();
        }

        cells.Rectangle = extent.Covered;
        if (!map.HasBar)
        {
            return;
        }

        panel.AddColourBar(
            cells,
            UnitText.Of(map.Units),
            EvenTicks.Between(map.Scale.Minimum, map.Scale.Maximum, 10),
            map.Values.Any(value => value < map.Scale.Minimum) ? map.Scale.Colours.GetColor(0) : null,
            map.Values.Any(value => value > map.Scale.Maximum) ? map.Scale.Colours.GetColor(1) : null);
    }

    private static byte[,] Opacities(double[,] fading)
    {
        var (rows, columns) = (fading.GetLength(0), fading.GetLength(1));
        var opacities = new byte[rows, columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                opacities[r, c] = double.IsNaN(fading[r, c]) ? byte.MaxValue : (byte)Math.Round(byte.MaxValue * (1 - fading[r, c]));
            }
        }

        return opacities;
    }

    private static void AddDots(Panel panel, MapExtent extent, ObservationDots observations)
    {
        var (plot, size) = (panel.Plot, DotSize(observations.Count, panel.Data.Width));
        var (all, rounds, points, flagged) = (new HashSet<(char, Coordinates)>(), new List<Coordinates>(), new List<Coordinates>(), new List<Coordinates>());
        foreach (var dot in Places(extent, observations).Where(all.Add))
        {
            (dot.Mark == 'o' ? rounds : dot.Mark == '.' ? points : flagged).Add(dot.Place);
        }

        // A white rim keeps dots apart from the dark ends of the colours.
        plot.Add.Markers((Coordinates[])[.. rounds, .. points], MarkerShape.FilledCircle, size + 1.5f, Colors.White.WithAlpha(.7));
        var rings = plot.Add.Markers(rounds, MarkerShape.OpenCircle, size, Colors.Black);
        rings.MarkerLineWidth = 1.4f;
        plot.Add.Markers(points, MarkerShape.FilledCircle, size, Colors.Black);
        var crosses = plot.Add.Markers(flagged, MarkerShape.Eks, size + 5, Color.FromHex("#D100B5"));
        crosses.MarkerLineWidth = 2.2f;
    }

    // Where they are on the map; those outside it have no place.
    private static IEnumerable<(char Mark, Coordinates Place)> Places(MapExtent extent, ObservationDots? observations)
    {
        for (var i = 0; i < observations?.Count; i++)
        {
            if (extent.Place(observations.Latitudes[i], observations.Longitudes[i]) is { } place)
            {
                yield return (observations.Flagged?[i] == true ? 'x' : observations.OfOtherVariables?[i] == true ? 'o' : '.', place);
            }
        }
    }

    private static NumericManual Degrees(double from, double to, double most, Func<double, string> label)
    {
        var step = DegreeSteps.FirstOrDefault(s => (to - from) / s <= Math.Max(most, 2), 90);
        var first = (int)Math.Ceiling(from / step - 1e-9);
        var last = (int)Math.Floor(to / step + 1e-9);
        return new NumericManual([.. Enumerable.Range(first, last - first + 1).Select(i => Tick.Major(i * step, label(i * step)))]);
    }

    // The unit stands at the last tick alone: the margin has room for "1000 km", not for "−1000 km".
    private static NumericManual Lengths(double from, double to, double most, double unit, string shown)
    {
        var ticks = EvenTicks.Of(from / unit, to / unit, (int)Math.Max(most, 2));
        return new NumericManual([.. ticks.Select((tick, i) => Tick.Major(tick.Position * unit, i == ticks.Length - 1 ? tick.Label + shown : tick.Label))]);
    }
}
