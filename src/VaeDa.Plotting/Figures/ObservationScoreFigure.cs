using ScottPlot;
using ScottPlot.TickGenerators;

namespace VaeDa.Plotting.Figures;

/// <summary>Errors of several methods at withheld stations by decade, and beneath them how many stations were used.</summary>
public sealed class ObservationScoreFigure : Figure
{
    // The first stands out; the others are told apart on paper too.
    private static readonly (Color Colour, LinePattern Pattern)[] Styles =
    [
        (Color.FromHex("#B3261E"), LinePattern.Solid),
        (Color.FromHex("#1F5FA8"), LinePattern.Solid),
        (Color.FromHex("#1F5FA8"), LinePattern.Dotted),
        (Color.FromHex("#3D7A4A"), LinePattern.Dashed),
        (Color.FromHex("#7A7A7A"), LinePattern.Solid),
    ];

    private static readonly Color Bars = Color.FromHex("#B9C4CE");

    /// <summary>Names of the decades (D), in order.</summary>
    public required IReadOnlyList<string> Decades { get; init; }

    /// <summary>RMSE by decade (D) of each method; NaN where it has none.</summary>
    public required IReadOnlyList<(string Method, IReadOnlyList<double> Rmse)> Methods { get; init; }

    /// <summary>Stations used at a date, mean of the decade (D).</summary>
    public required IReadOnlyList<double> Stations { get; init; }

    /// <summary>UDUNITS string of the RMSE.</summary>
    public required string Units { get; init; }

    /// <summary>Withheld observations, all decades.</summary>
    public required int Withheld { get; init; }

    private protected override string Heading => "Prediction of withheld stations";

    private protected override string Note => FormattableString.Invariant($"{Withheld:N0} observations withheld");

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        if (Decades.Count == 0 || Stations.Count != Decades.Count || Methods.Any(m => m.Rmse.Count != Decades.Count))
        {
            throw new ArgumentException($"a figure of {Decades.Count} decades needs a number of stations and of each method an error for each");
        }

        return [[Errors()], [Network()]];
    }

    private Panel Errors()
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(1040, 430), new PixelPadding(112, 32, bottom: 44, top: 40), UnitText.Label("RMSE at withheld stations", Units));
        for (var m = Methods.Count - 1; m >= 0; m--)
        {
            var (colour, pattern) = Styles[m % Styles.Length];
            var line = plot.Add.Scatter(Methods[m].Rmse.Select((rmse, d) => new Coordinates(d, rmse)).Where(p => double.IsFinite(p.Y)).ToArray(), colour);
            line.LinePattern = pattern;
            line.LineWidth = m == 0 ? 3 : 2;
            line.MarkerSize = 7;
            line.LegendText = Methods[m].Method;
        }

        var highest = Methods.SelectMany(m => m.Rmse).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        plot.Axes.SetLimits(-0.6, Decades.Count - 0.4, 0, 1.08 * highest);
        plot.Axes.Left.TickGenerator = EvenTicks.Between(0, 1.08 * highest, 7);
        plot.Axes.Bottom.TickGenerator = Names();
        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        plot.ShowLegend(Alignment.LowerLeft);
        plot.Legend.FontSize = Panel.TickSize;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.8);
        return panel;
    }

    private Panel Network()
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(1040, 170), new PixelPadding(112, 32, bottom: 44, top: 40), "Stations used per date");
        foreach (var bar in plot.Add.Bars(Stations.ToArray()).Bars)
        {
            bar.FillColor = Bars;
            bar.LineWidth = 0;
        }

        var most = Math.Max(1, Stations.Max());
        plot.Axes.SetLimits(-0.6, Decades.Count - 0.4, 0, 1.08 * most);
        plot.Axes.Left.TickGenerator = EvenTicks.Between(0, 1.08 * most, 4);
        plot.Axes.Bottom.TickGenerator = Names();
        return panel;
    }

    private NumericManual Names() => new([.. Decades.Select((decade, d) => Tick.Major(d, decade))]);
}
