using System.Globalization;
using ScottPlot;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>A network's design: the error that is expected at each place, with the stations, and beneath it how it changes from step to step.</summary>
public sealed class DesignFigure : Figure
{
    private static readonly Color Line = Color.FromHex("#1F5FA8");

    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>Expected error after the last step, (H × W).</summary>
    public required IReadOnlyList<float> Spread { get; init; }

    /// <summary>The stations that there were.</summary>
    public required IReadOnlyList<(double Latitude, double Longitude)> Existing { get; init; }

    /// <summary>Those that were added or removed, in their order.</summary>
    public required IReadOnlyList<(double Latitude, double Longitude)> Chosen { get; init; }

    /// <summary>Whether they were added.</summary>
    public required bool AreAdded { get; init; }

    /// <summary>Expected error before and after each step, (1 + steps).</summary>
    public required IReadOnlyList<double> Spreads { get; init; }

    private protected override string Heading => $"Expected error of {VariableName.Of(Variable)}";

    private protected override string Note => string.Create(CultureInfo.InvariantCulture,
        $"{Chosen.Count:N0} station{(Chosen.Count == 1 ? "" : "s")} {(AreAdded ? "added" : "removed")} (×): {Quantity(Spreads[0])} → {Quantity(Spreads[^1])}");

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        var kept = AreAdded ? Existing : [.. Existing.Except(Chosen)];
        var all = kept.Concat(Chosen).ToArray();
        var map = MapOf(
            new FieldMap
            {
                Grid = Grid,
                Values = Spread,
                Title = $"Expected error {(AreAdded ? "with" : "without")} these stations",
                Units = Variable.Units,
                Scale = ColourScale.ForSpread(Spread),
                Observations = new ObservationDots
                {
                    Latitudes = [.. all.Select(p => p.Latitude)],
                    Longitudes = [.. all.Select(p => p.Longitude)],
                    Flagged = [.. all.Select((_, i) => i >= kept.Count)],
                },
            },
            1160,
            620);
        return [[map], [Curve()]];
    }

    private string Quantity(double spread) => UnitText.Quantity(spread, Variable.Units);

    private Panel Curve()
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(960, 240), new PixelPadding(112, 88, bottom: 72, top: 40), UnitText.Label("Root mean square over the area", Variable.Units));
        var factor = ShownUnits.Of(Variable.Units).Factor;
        var line = plot.Add.Scatter(Spreads.Select((spread, i) => new Coordinates(i, factor * spread)).ToArray(), Line);
        line.LineWidth = 2.2f;
        line.MarkerSize = Spreads.Count > 60 ? 0 : 6;
        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        var (low, high) = (factor * Spreads.Min(), factor * Spreads.Max());
        var margin = high > low ? 0.08 * (high - low) : 0.1 * high;
        plot.Axes.SetLimits(-0.02 * Chosen.Count, 1.02 * Chosen.Count, low - margin, high + margin);
        plot.Axes.Bottom.TickGenerator = EvenTicks.Between(0, Math.Max(Chosen.Count, 2), Math.Clamp(Chosen.Count, 2, 12));
        plot.Axes.Left.TickGenerator = EvenTicks.Between(low - margin, high + margin, 5);
        plot.XLabel($"Stations {(AreAdded ? "added" : "removed")}", Panel.LabelSize);
        return panel;
    }
}
