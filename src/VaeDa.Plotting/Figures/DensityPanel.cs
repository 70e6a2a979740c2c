using System.Globalization;
using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.TickGenerators;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>The number of cells for each pair of values, original against generated, in logarithmic colours.</summary>
internal static class DensityPanel
{
    private const int Bins = 90;
    // Room for the label beside ticks of five digits.
    private const float LeftMargin = 108;

    /// <param name="beside">The map whose place in the grid of panels this one shares: it is centred in the same width.</param>
    public static Panel Create(IReadOnlyList<float> original, IReadOnlyList<float> generated, string units, Panel beside)
    {
        var shown = ShownUnits.Of(units);
        (original, generated) = (shown.Convert(original), shown.Convert(generated));
        var limit = ColourScale.RoundLimit(original.Concat(generated), 1);
        var counts = Count(original, generated, limit);
        var plot = new Plot();
        var side = Math.Min(beside.Data.Height, beside.Data.Width);
        var spare = beside.Data.Width - side;
        var left = LeftMargin + spare / 2;
        var panel = new Panel(
            plot,
            new PixelSize(side, side),
            new PixelPadding(left, beside.Size.Width - left - side, bottom: 72, top: beside.Size.Height - beside.Data.Height - 44),
            "Generated against original");

        // There is no heatmap of nothing; the frame and the colour bar stay.
        var isEmpty = !counts.Cast<double>().Any(double.IsFinite);
        var cells = plot.Add.Heatmap(isEmpty ? new double[Bins, Bins] : counts);
        cells.IsVisible = !isEmpty;
        cells.Rectangle = new CoordinateRect(-limit, limit, -limit, limit);
        cells.Colormap = new Dense();
        var most = counts.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).Max();
        // One cell alone keeps a colour that can be told from none.
        cells.ManualRange = new ScottPlot.Range(-0.3, Math.Max(most, 1));
        panel.AddColourBar(cells, "cells", CountTicks(Math.Max(most, 1)));

        var equality = plot.Add.Line(-limit, -limit, limit, limit);
        equality.LineColor = Color.FromHex("#B3261E");
        equality.LineWidth = 1.6f;
        equality.LinePattern = LinePattern.Dashed;
        plot.Axes.SetLimits(-limit, limit, -limit, limit);
        plot.Axes.Bottom.TickGenerator = EvenTicks.Between(-limit, limit, Math.Clamp((int)(side / 60), 4, 8));
        plot.Axes.Left.TickGenerator = EvenTicks.Between(-limit, limit, 8);
        plot.XLabel(UnitText.Label("Original", units), Panel.LabelSize);
        plot.YLabel(UnitText.Label("Generated", units), Panel.LabelSize);
        return panel;
    }

    // log10 of the counts, row 0 the highest generated values; NaN, drawn as nothing, where there are none.
    private static double[,] Count(IReadOnlyList<float> original, IReadOnlyList<float> generated, double limit)
    {
        var counts = new double[Bins, Bins];
        foreach (var (x, y) in original.Zip(generated))
        {
            if (float.IsFinite(x) && float.IsFinite(y))
            {
                counts[Bins - 1 - Bin(y, limit), Bin(x, limit)]++;
            }
        }

        for (var i = 0; i < Bins; i++)
        {
            for (var j = 0; j < Bins; j++)
            {
                counts[i, j] = counts[i, j] > 0 ? Math.Log10(counts[i, j]) : double.NaN;
            }
        }

        return counts;
    }

    private static NumericManual CountTicks(double highest) => new([..
        from decade in Enumerable.Range(0, (int)highest + 1)
        from step in highest < 3 ? new[] { 1, 2, 5 } : [1]
        let count = step * Math.Pow(10, decade)
        where Math.Log10(count) <= highest + 1e-9
        select Tick.Major(Math.Log10(count), count.ToString("N0", CultureInfo.InvariantCulture))]);

    private static int Bin(double value, double limit) =>
        Math.Clamp((int)((value + limit) / (2 * limit) * Bins), 0, Bins - 1);
}
