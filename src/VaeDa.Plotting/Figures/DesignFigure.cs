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

    // The first stands out; the others are told apart on paper too.
    private static readonly (Color Colour, LinePattern Pattern)[] Orders = [(Color.FromHex("#B3261E"), LinePattern.Solid), (Color.FromHex("#3D7A4A"), LinePattern.Dashed), (Color.FromHex("#7A7A7A"), LinePattern.Dotted)];

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

    /// <summary>Errors at stations that were kept out, by the order in which others were added: how many, and the error; none where nothing was held against them.</summary>
    public IReadOnlyList<(string Order, IReadOnlyList<(int Added, double Error)> Errors)> Realised { get; init; } = [];

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
        return Realised.Count == 0 ? [[map], [Curve(960)]] : [[map], [Curve(464), RealisedErrors()]];
    }

    private string Quantity(double spread) => UnitText.Quantity(spread, Variable.Units);

    private Panel Curve(float width)
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(width, 240), new PixelPadding(112, Realised.Count == 0 ? 88 : 24, bottom: 72, top: 40), UnitText.Label(Realised.Count == 0 ? "Root mean square over the area" : "Expected over the area", Variable.Units));
        var factor = ShownUnits.Of(Variable.Units).Factor;
        var line = plot.Add.Scatter(Spreads.Select((spread, i) => new Coordinates(i, factor * spread)).ToArray(), Line);
        line.LineWidth = 2.2f;
        line.MarkerSize = Spreads.Count > 60 ? 0 : 6;
        Frame(plot, [.. Spreads.Select(spread => factor * spread)]);
        return panel;
    }

    private Panel RealisedErrors()
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(464, 240), new PixelPadding(92, 68, bottom: 72, top: 40), UnitText.Label("RMSE at stations kept out", Variable.Units));
        var factor = ShownUnits.Of(Variable.Units).Factor;
        foreach (var (number, (order, errors)) in Realised.Index().Reverse())
        {
            var (colour, pattern) = Orders[Math.Min(number, Orders.Length - 1)];
            var line = plot.Add.Scatter(errors.Select(e => new Coordinates(e.Added, factor * e.Error)).ToArray(), colour);
            (line.LineWidth, line.MarkerSize, line.LinePattern, line.LegendText) = (number == 0 ? 2.6f : 2, 6, pattern, order);
        }

        Frame(plot, [.. Realised.SelectMany(r => r.Errors).Select(e => factor * e.Error)]);
        plot.ShowLegend(Alignment.UpperRight);
        plot.Legend.FontSize = Panel.TickSize;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.8);
        return panel;
    }

    private void Frame(Plot plot, IReadOnlyList<double> values)
    {
        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        var (low, high) = (values.Min(), values.Max());
        var margin = high > low ? 0.08 * (high - low) : 0.1 * high;
        plot.Axes.SetLimits(-0.02 * Chosen.Count, 1.02 * Chosen.Count, low - margin, high + margin);
        plot.Axes.Bottom.TickGenerator = EvenTicks.Between(0, Math.Max(Chosen.Count, 2), Math.Clamp(Chosen.Count, 2, Realised.Count == 0 ? 12 : 6));
        plot.Axes.Left.TickGenerator = EvenTicks.Between(low - margin, high + margin, 5);
        plot.XLabel($"Stations {(AreAdded ? "added" : "removed")}", Panel.LabelSize);
    }
}
