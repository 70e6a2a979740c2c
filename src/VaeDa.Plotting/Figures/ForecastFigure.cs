using ScottPlot;
using ScottPlot.TickGenerators;
using VaeDa.Fields;
using VaeDa.Model.Memory;

namespace VaeDa.Plotting.Figures;

/// <summary>Errors of forecasts by the number of steps ahead: the model's, and those that need no model.</summary>
public sealed class ForecastFigure : Figure
{
    private static readonly (string Name, Func<ForecastError, double> Rmse, Color Colour, LinePattern Pattern)[] Methods =
    [
        ("climatology", e => e.Climatology, Color.FromHex("#7A7A7A"), LinePattern.Solid),
        ("persistence", e => e.Persistence, Color.FromHex("#1F5FA8"), LinePattern.Dotted),
        ("damped persistence", e => e.DampedPersistence, Color.FromHex("#1F5FA8"), LinePattern.Solid),
        ("forecast", e => e.Forecast, Color.FromHex("#B3261E"), LinePattern.Solid),
    ];

    /// <summary>The variables, a panel each; those without an error have none.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>Errors by variable and number of steps.</summary>
    public required IReadOnlyList<ForecastError> Errors { get; init; }

    /// <summary>What a step is called: <c>day</c>.</summary>
    public required string Step { get; init; }

    private protected override string Heading => "Forecasts of held-out fields";

    private protected override string Note => FormattableString.Invariant($"RMSE over area and up to {Errors.Max(e => e.Fields):N0} fields");

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels() =>
        [.. Variables.Select(v => (Variable: v, Errors: Errors.Where(e => e.Variable == v.Name).OrderBy(e => e.Step).ToList())).Where(v => v.Errors.Count > 0).Select(v => (IReadOnlyList<Panel>)[Of(v.Variable, v.Errors)])];

    private Panel Of(Variable variable, List<ForecastError> errors)
    {
        var (plot, shown) = (new Plot(), ShownUnits.Of(variable.Units));
        var panel = new Panel(plot, new PixelSize(640, 380), new PixelPadding(112, 32, bottom: 72, top: 40), UnitText.Label(VariableName.OfAnomaly(variable), shown.Units));
        foreach (var (name, rmse, colour, pattern) in Methods)
        {
            var line = plot.Add.Scatter(errors.Select(e => new Coordinates(e.Step, rmse(e) * shown.Factor)).ToArray(), colour);
            line.LinePattern = pattern;
            line.LineWidth = 2.5f;
            line.MarkerSize = 6;
            line.LegendText = name;
        }

        var highest = 1.08 * shown.Factor * errors.SelectMany(e => Methods.Select(m => m.Rmse(e))).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        plot.Axes.SetLimits(0, errors[^1].Step + 0.5, 0, highest);
        plot.Axes.Left.TickGenerator = EvenTicks.Between(0, highest, 7);
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. errors.Select(e => Tick.Major(e.Step, FormattableString.Invariant($"{e.Step}")))]);
        plot.XLabel($"{char.ToUpperInvariant(Step[0])}{Step[1..]}s ahead", Panel.LabelSize);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        plot.ShowLegend(Alignment.LowerRight);
        plot.Legend.FontSize = Panel.TickSize;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.8);
        return panel;
    }
}
