using System.Globalization;
using ScottPlot;
using VaeDa.Fields;
using VaeDa.Verification.Scores;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// Whether an ensemble's spread can be believed, a row for each network: the rank histogram of thinned points, spread
/// beside error by bins of spread, and how much of the truth the central intervals cover.
/// </summary>
public sealed class CalibrationFigure : Figure
{
    // A bin of fewer cells says more about chance than about the ensemble.
    private const double SmallestShare = 0.005;
    private const float Side = 400;

    private static readonly Color Blue = Color.FromHex("#1F5FA8");
    private static readonly Color Ideal = Color.FromHex("#B3261E");
    private static readonly Color Band = Color.FromHex("#B3261E").WithAlpha(.13);
    private static readonly PixelPadding Margins = new(left: 96, right: 34, bottom: 72, top: 44);

    public required Variable Variable { get; init; }

    /// <summary>Top to bottom.</summary>
    public required IReadOnlyList<(string Network, EnsembleCalibration Calibration)> Rows { get; init; }

    private protected override string Heading => $"Calibration of the ensemble, {VariableName.Of(Variable)}";

    private protected override string? Note => Rows.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
        $"{Rows[0].Calibration.Ranks.Counts.Count - 1} members, {Rows[0].Calibration.Thinned.Dates} date{(Rows[0].Calibration.Thinned.Dates == 1 ? "" : "s")}");

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels() =>
        [.. Rows.Select(row => new[] { Ranks(row.Network, row.Calibration.Thinned), SpreadSkill(row.Network, row.Calibration.SpreadSkill), Coverage(row.Network, row.Calibration.Ranks) })];

    private static Panel Ranks(string network, RankFlatness ranks)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{network}: rank histogram, χ² p = {ranks.P:g2}");
        var (plot, panel) = Empty(title, Side * 1.3f);
        var expected = ranks.Total / ranks.Counts.Count;
        var relative = ranks.Counts.Select(count => count / expected).ToArray();
        // 95% of the counts of independent truths: binomial.
        var chance = 1.96 * Math.Sqrt((1 - 1.0 / relative.Length) / expected);
        for (var rank = 0; rank < relative.Length; rank++)
        {
            var bar = plot.Add.Rectangle(rank + 0.56, rank + 1.44, 0, relative[rank]);
            bar.FillColor = Blue.WithAlpha(.75);
            bar.LineWidth = 0;
        }

        var band = plot.Add.Rectangle(0.4, relative.Length + 0.6, 1 - chance, 1 + chance);
        band.FillColor = Band;
        band.LineWidth = 0;
        plot.Add.HorizontalLine(1, 1.6f, Ideal, LinePattern.Dashed);
        var top = Math.Max(relative.Max(), 1 + chance) * 1.12;
        plot.Axes.SetLimits(0.4, relative.Length + 0.6, 0, top);
        plot.Axes.Bottom.TickGenerator = EvenTicks.Between(1, Math.Max(relative.Length, 3), Math.Clamp(relative.Length - 1, 2, 10));
        plot.Axes.Left.TickGenerator = EvenTicks.Between(0, top, 6);
        plot.XLabel("Rank of the truth", Panel.LabelSize);
        plot.YLabel("Relative frequency (1: flat)", Panel.LabelSize);
        return panel;
    }

    private Panel SpreadSkill(string network, SpreadSkillBins bins)
    {
        var (plot, panel) = Empty($"{network}: spread and error", Side);
        var factor = ShownUnits.Of(Variable.Units).Factor;
        var shown = bins.Bins.Where(bin => bin.Share >= SmallestShare).Select(bin => (Spread: factor * bin.Spread, Error: factor * bin.Error)).ToArray();
        var top = shown.SelectMany(bin => new[] { bin.Spread, bin.Error }).DefaultIfEmpty(1).Max() * 1.08;
        Diagonal(plot, top);
        Curve(plot, [.. shown.Select(bin => new Coordinates(bin.Spread, bin.Error))]);
        plot.Axes.SetLimits(0, top, 0, top);
        plot.Axes.Bottom.TickGenerator = EvenTicks.Between(0, top, 5);
        plot.Axes.Left.TickGenerator = EvenTicks.Between(0, top, 6);
        plot.XLabel(UnitText.Label("Spread", Variable.Units), Panel.LabelSize);
        plot.YLabel(UnitText.Label("RMSE of the mean", Variable.Units), Panel.LabelSize);
        return panel;
    }

    private static Panel Coverage(string network, RankHistogram ranks)
    {
        var (plot, panel) = Empty($"{network}: coverage of intervals", Side);
        Diagonal(plot, 100);
        Curve(plot, [.. Enumerable.Range(1, 9).Select(tenth => new Coordinates(10 * tenth, 100 * ranks.Coverage(tenth / 10.0)))]);
        plot.Axes.SetLimits(0, 100, 0, 100);
        plot.Axes.Bottom.TickGenerator = EvenTicks.Between(0, 100, 5);
        plot.Axes.Left.TickGenerator = EvenTicks.Between(0, 100, 5);
        plot.XLabel("Central interval (%)", Panel.LabelSize);
        plot.YLabel("Truth inside (%)", Panel.LabelSize);
        return panel;
    }

    private static (Plot Plot, Panel Panel) Empty(string title, float width)
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(width, Side), Margins, title);
        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        return (plot, panel);
    }

    private static void Diagonal(Plot plot, double top)
    {
        var line = plot.Add.Line(0, 0, top, top);
        line.LineColor = Ideal;
        line.LineWidth = 1.6f;
        line.LinePattern = LinePattern.Dashed;
    }

    private static void Curve(Plot plot, Coordinates[] points)
    {
        var curve = plot.Add.Scatter(points, Blue);
        curve.LineWidth = 2.2f;
        curve.MarkerSize = 9;
    }
}
