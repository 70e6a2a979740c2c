using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;
using VaeDa.Verification.Samples;
using VaeDa.Verification.Scores;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// Whether random fields look like weather: maps of the standard deviation and of correlations with two points, of the
/// held-out fields and of the random ones, and beside them zonal spectra by latitude band of all sets.
/// </summary>
public sealed class SampleStatisticsFigure : Figure
{
    private const float MapWidth = 600;

    // Below lies what packing leaves of waves that the fields do not have.
    private const double MostDecades = 5.5;

    private static readonly PixelPadding Margins = new(left: 96, right: 20, bottom: 66, top: 42);
    private static readonly Color[] Colours = [Colors.Black, Color.FromHex("#8A8A8A"), Color.FromHex("#1F5FA8"), Color.FromHex("#6FA8DC"), Color.FromHex("#B3261E"), Color.FromHex("#E39A94")];

    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>The held-out fields first.</summary>
    public required IReadOnlyList<(string Name, SampleStatistics Statistics)> Sets { get; init; }

    /// <summary>Which of them has its maps drawn beside those of the held-out fields.</summary>
    public required int Shown { get; init; }

    private protected override string Heading => $"{VariableName.OfAnomaly(Variable)}: random and held-out fields";

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        var (held, own) = (Sets[0].Statistics, Sets[Shown].Statistics);
        float[] deviation = Array.ConvertAll(held.StandardDeviation, d => (float)d);
        var scale = ColourScale.ForSpread(deviation.Concat(own.StandardDeviation.Select(d => (float)d)));
        Panel Deviation(SampleStatistics s, int set) => Map($"{Sets[set].Name}: standard deviation", s.StandardDeviation, Variable.Units, scale, null);
        Panel Correlation(SampleStatistics s, int set, int point) => Map($"{Sets[set].Name}: correlation with the dot", s.Correlations[point], "1", ColourScale.Symmetric(1), SampleMoments.BasePoints(Grid)[point]);
        Panel[][] rows =
        [
            [Deviation(held, 0), Deviation(own, Shown)],
            [Correlation(held, 0, 0), Correlation(own, Shown, 0)],
            [Correlation(held, 0, 2), Correlation(own, Shown, 2)],
        ];
        var bands = LatitudeBand.Of(Grid);
        // The polar bands say little of waves in longitude; a region may lie in them.
        var middle = bands.Where(b => b.Band.North < 90 && b.Band.South > -90).ToList();
        var shown = (middle.Count > 0 ? middle : bands).Take(rows.Length).ToList();
        return [.. rows.Select((row, i) => i < shown.Count ? [.. row, Spectrum(shown[i], row[0].Data.Height - 22, i == 0)] : row)];
    }

    private Panel Map(string title, double[] values, string units, ColourScale scale, int? point) => MapOf(
        new FieldMap
        {
            Grid = Grid,
            Values = Array.ConvertAll(values, v => (float)v),
            Title = title,
            Units = units,
            Scale = scale,
            Observations = point is { } p ? new ObservationDots { Latitudes = [Grid.LatitudeOf(p)], Longitudes = [Grid.LongitudeOf(p)] } : null,
        },
        MapWidth, 420);

    private Panel Spectrum((LatitudeBand Band, int[] Rows) band, float height, bool withLegend)
    {
        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(440, height), Margins, $"{band.Band.Name}: spectrum");
        var units = ShownUnits.Of(Variable.Units);
        var waves = Enumerable.Range(1, ZonalSpectrum.Waves(Grid)).ToArray();
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        // The held-out fields on top.
        foreach (var s in Enumerable.Range(1, Sets.Count - 1).Append(0))
        {
            var points = waves.Select(m => new Coordinates(Math.Log10(m), Math.Log10(units.Factor * units.Factor * Sets[s].Statistics.MeanPower(band.Rows, m, Grid)))).Where(p => double.IsFinite(p.Y)).ToArray();
            var line = plot.Add.Scatter(points, Colours[s % Colours.Length]);
            line.LineWidth = s == 0 ? 2.6f : 2;
            line.LinePattern = s is 3 or 5 ? LinePattern.Dotted : LinePattern.Solid;
            line.MarkerSize = 0;
            line.LegendText = withLegend ? Sets[s].Name : "";
            if (s == 0 && points.Length > 0)
            {
                high = points.Max(p => p.Y) + 0.3;
                low = Math.Max(points.Min(p => p.Y) - 0.6, high - MostDecades);
            }
        }

        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
        (low, high) = low < high ? (low, high) : (0, 1);
        plot.Axes.SetLimits(0, Math.Log10(waves[^1]), low, high);
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000 }.Where(m => m <= waves[^1]).Select(m => Tick.Major(Math.Log10(m), m.ToString(CultureInfo.InvariantCulture)))]);
        plot.Axes.Left.TickGenerator = new NumericManual([.. Enumerable.Range((int)Math.Ceiling(low), Math.Max(0, (int)Math.Floor(high) - (int)Math.Ceiling(low) + 1)).Select(d => Tick.Major(d, UnitText.PowerOfTen(d)))]);
        plot.XLabel(Grid.IsPeriodic ? "Zonal wavenumber" : "Half wavelengths in the region", Panel.LabelSize);
        plot.YLabel(UnitText.Of(units.Units) is { Length: > 0 } unit ? $"Power ({(unit.Contains(' ', StringComparison.Ordinal) ? $"({unit})" : unit)}²)" : "Power", Panel.LabelSize);
        if (withLegend)
        {
            plot.ShowLegend(Alignment.LowerLeft);
            plot.Legend.FontSize = 13;
            plot.Legend.ShadowColor = Colors.Transparent;
            plot.Legend.OutlineColor = Colors.Transparent;
            plot.Legend.BackgroundColor = Colors.Transparent;
        }

        return panel;
    }
}
