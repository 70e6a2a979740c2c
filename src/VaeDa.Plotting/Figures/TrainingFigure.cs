using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace VaeDa.Plotting.Figures;

/// <summary>How a training went, by epoch: both losses, and beneath them the reconstruction's RMSE; the best epoch is marked.</summary>
public sealed class TrainingFigure : Figure
{
    private static readonly Color Training = Color.FromHex("#7A7A7A");
    private static readonly Color Validation = Color.FromHex("#1F5FA8");
    private static readonly Color Best = Color.FromHex("#B3261E");

    /// <summary>Epoch numbers (E), ascending.</summary>
    public required IReadOnlyList<int> Epochs { get; init; }

    /// <summary>(E); NaN where an epoch has none.</summary>
    public required IReadOnlyList<double> TrainingLoss { get; init; }

    /// <summary>(E); NaN where an epoch was not validated.</summary>
    public required IReadOnlyList<double> ValidationLoss { get; init; }

    /// <summary>Root mean square error of the reconstruction on the validation split (E), in <see cref="Units"/>; NaN where there is none.</summary>
    public required IReadOnlyList<double> ReconstructionRmse { get; init; }

    /// <summary>UDUNITS string of the RMSE.</summary>
    public required string Units { get; init; }

    /// <summary>One of <see cref="Epochs"/>.</summary>
    public required int BestEpoch { get; init; }

    private protected override string Heading => "Training";

    private protected override string Note
    {
        get
        {
            var best = IndexOfBest();
            var loss = ValidationLoss[best].ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−');
            return $"best epoch {BestEpoch}: validation loss {loss}, RMSE {UnitText.Quantity(ReconstructionRmse[best], Units)}";
        }
    }

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        if (Epochs.Count == 0 || new[] { TrainingLoss.Count, ValidationLoss.Count, ReconstructionRmse.Count }.Any(count => count != Epochs.Count))
        {
            throw new ArgumentException($"a training figure needs one value an epoch: {Epochs.Count} epochs, {TrainingLoss.Count} training and {ValidationLoss.Count} validation losses, {ReconstructionRmse.Count} RMSEs");
        }

        var best = IndexOfBest();
        var loss = Curves("Loss", "", [("training", TrainingLoss, Training), ("validation", ValidationLoss, Validation)], best, xLabel: null);
        var rmse = Curves("Reconstruction RMSE", Units, [("validation", ReconstructionRmse, Validation)], best, xLabel: "Epoch");
        return [[loss], [rmse]];
    }

    private int IndexOfBest()
    {
        var index = Epochs.TakeWhile(epoch => epoch != BestEpoch).Count();
        return index < Epochs.Count ? index : throw new ArgumentException($"the best epoch, {BestEpoch}, is not among the epochs");
    }

    // 1, 2, 5 of each decade; the axis is in powers of ten.
    private static NumericManual Powers(double low, double high) => new([..
        from decade in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
        from step in high - low < 3 ? new[] { 1, 2, 5 } : [1]
        select Tick.Major(decade + Math.Log10(step), (step * Math.Pow(10, decade)).ToString("G3", CultureInfo.InvariantCulture))]);

    private Panel Curves(string name, string units, (string Name, IReadOnlyList<double> Values, Color Colour)[] curves, int best, string? xLabel)
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(1040, 330), new PixelPadding(112, 32, bottom: xLabel is null ? 36 : 72, top: 40), UnitText.Label(name, units));
        // A loss that falls by more than tenfold hides its end on a linear axis.
        var values = curves.SelectMany(curve => curve.Values).Where(double.IsFinite).DefaultIfEmpty(1).ToArray();
        var logarithmic = values.Min() > 0 && values.Max() / values.Min() > 10;
        double Scale(double value) => logarithmic ? Math.Log10(value) : value;

        foreach (var (label, series, colour) in curves)
        {
            var points = Epochs.Zip(series).Where(point => double.IsFinite(point.Second)).Select(point => new Coordinates(point.First, Scale(point.Second))).ToArray();
            var line = plot.Add.Scatter(points, colour);
            line.LineWidth = 2.2f;
            line.MarkerSize = points.Length > 60 ? 0 : 6;
            line.LegendText = curves.Length > 1 ? label : "";
        }

        plot.Add.VerticalLine(BestEpoch, 1.5f, Best, LinePattern.Dashed);
        var chosen = curves[^1].Values[best];
        if (double.IsFinite(chosen))
        {
            plot.Add.Marker(BestEpoch, Scale(chosen), MarkerShape.FilledCircle, 11, Best);
        }

        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        var (low, high) = (Scale(values.Min()), Scale(values.Max()));
        var margin = high > low ? (high - low) * 0.06 : Math.Max(Math.Abs(high) * 0.05, 0.5);
        var aside = Math.Max((Epochs[^1] - Epochs[0]) * 0.015, 0.5);
        plot.Axes.SetLimits(Epochs[0] - aside, Epochs[^1] + aside, low - margin, high + margin);
        plot.Axes.Bottom.TickGenerator = EvenTicks.Between(Epochs[0], Math.Max(Epochs[^1], Epochs[0] + 1), Math.Clamp(Epochs[^1] - Epochs[0], 1, 15));
        plot.Axes.Left.TickGenerator = logarithmic ? Powers(low, high) : EvenTicks.Between(low - margin, high + margin, 7);

        if (xLabel is not null)
        {
            plot.XLabel(xLabel, Panel.LabelSize);
        }

        if (curves.Length > 1)
        {
            plot.ShowLegend(Alignment.UpperRight);
            plot.Legend.FontSize = Panel.TickSize;
            plot.Legend.ShadowColor = Colors.Transparent;
            plot.Legend.OutlineColor = Colors.Transparent;
            plot.Legend.BackgroundColor = Colors.Transparent;
        }

        return panel;
    }
}
