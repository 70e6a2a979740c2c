using System.Globalization;
using ScottPlot;
using VaeDa.Fields;

namespace VaeDa.Plotting.Figures;

/// <summary>A mean over an area, or a place's value, through time: the ensemble's mean in a band of the middle 90% of its members.</summary>
public sealed class SeriesFigure : Figure
{
    private static readonly Color Line = Color.FromHex("#1F5FA8");
    private static readonly Color TrueLine = Color.FromHex("#D97706");
    private static readonly Color Dot = Color.FromHex("#B3261E");

    /// <summary>What it is of: <c>north</c>.</summary>
    public required string Area { get; init; }

    /// <summary>The variable.</summary>
    public required Variable Variable { get; init; }

    /// <summary>The times (T), ascending, UTC; where one is missing the line is broken.</summary>
    public required IReadOnlyList<DateTime> Times { get; init; }

    /// <summary>The ensemble's mean (T), in the variable's units.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>The members' values at each time (T, M); none for no band.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Members { get; init; } = [];

    /// <summary>Observations near the place; none by default.</summary>
    public IReadOnlyList<(DateTime Time, double Anomaly)> Observations { get; init; } = [];

    /// <summary>The true values (T), NaN where there is none; none by default.</summary>
    public IReadOnlyList<double> Truth { get; init; } = [];

    private ShownUnits Shown => ShownUnits.Of(Variable.Units);

    private protected override string Heading => $"{VariableName.OfAnomaly(Variable)}, {Area}";

    private protected override string Note
    {
        get
        {
            var dates = $"{Date(Times[0])} to {Date(Times[^1])}";
            var band = Members.Count == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; band: middle 90% of {Members[0].Count} members");
            var dots = Observations.Count == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; dots: {Observations.Count:N0} observations nearby");
            return dates + band + (Truth.Count == 0 ? string.Empty : "; orange: the truth, of the same cells") + dots;
        }
    }

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        if (Times.Count == 0 || Mean.Count != Times.Count || (Members.Count > 0 && Members.Count != Times.Count) || (Truth.Count > 0 && Truth.Count != Times.Count))
        {
            throw new ArgumentException($"a series of {Times.Count} times needs a mean for each, and members and truth for each or none; it has {Mean.Count}, {Members.Count} and {Truth.Count}");
        }

        var plot = new Plot();
        var panel = new Panel(plot, new PixelSize(1040, 430), new PixelPadding(112, 32, bottom: 44, top: 40), UnitText.Label("Anomaly", Shown.Units));
        foreach (var (first, count) in Runs())
        {
            var days = Enumerable.Range(first, count).Select(i => Times[i].ToOADate()).ToArray();
            if (Members.Count > 0)
            {
                var (low, high) = (Quantiles(first, count, .05), Quantiles(first, count, .95));
                var band = plot.Add.FillY(days, low, high);
                band.FillColor = Line.WithAlpha(.25);
                band.LineWidth = 0;
                band.MarkerSize = 0;
            }

            var line = plot.Add.Scatter(days, Enumerable.Range(first, count).Select(i => Mean[i] * Shown.Factor).ToArray(), Line);
            line.LineWidth = 2;
            line.MarkerSize = count == 1 ? 6 : 0;
            if (Truth.Count > 0)
            {
                var known = plot.Add.Scatter(days, Truth.Skip(first).Take(count).Select(t => t * Shown.Factor).ToArray(), TrueLine);
                known.LineWidth = 1.5f;
                known.MarkerSize = count == 1 ? 6 : 0;
            }
        }

        if (Observations.Count > 0)
        {
            plot.Add.Markers(Observations.Select(o => new Coordinates(o.Time.ToOADate(), o.Anomaly * Shown.Factor)).ToArray(), MarkerShape.FilledCircle, 5, Dot);
        }

        Limit(plot);
        return [[panel]];
    }

    private void Limit(Plot plot)
    {
        var values = Mean.Concat(Members.SelectMany(m => m)).Concat(Truth).Concat(Observations.Select(o => o.Anomaly)).Where(double.IsFinite).Select(v => v * Shown.Factor).DefaultIfEmpty(0).ToArray();
        var (low, high) = (Math.Min(values.Min(), 0), Math.Max(values.Max(), 0));
        var margin = high > low ? 0.05 * (high - low) : 1;
        var aside = TimeSpan.FromDays(Math.Max(0.01 * (Times[^1] - Times[0]).TotalDays, 0.5));
        var (from, to) = (Times[0] - aside, Times[^1] + aside);
        plot.Add.HorizontalLine(0, 1, Colors.Black.WithAlpha(.4));
        plot.Axes.SetLimits(from.ToOADate(), to.ToOADate(), low - margin, high + margin);
        plot.Axes.Left.TickGenerator = EvenTicks.Between(low - margin, high + margin, 7);
        plot.Axes.Bottom.TickGenerator = CalendarTicks.Between(from, to, 9);
        plot.Grid.IsVisible = true;
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(.08);
    }

    // Parts without a gap: what is missing is not bridged.
    private IEnumerable<(int First, int Count)> Runs()
    {
        var steps = Times.Zip(Times.Skip(1), (a, b) => (b - a).TotalDays).ToArray();
        var usual = steps.Length == 0 ? 0 : steps.Order().ElementAt(steps.Length / 2);
        for (var first = 0; first < Times.Count;)
        {
            var end = first + 1;
            while (end < Times.Count && steps[end - 1] <= 1.5 * usual)
            {
                end++;
            }

            yield return (first, end - first);
            first = end;
        }
    }

    // Between the members in their order, as most packages have it (Hyndman and Fan 1996, type 7).
    private double[] Quantiles(int first, int count, double share) =>
    [
        .. Members.Skip(first).Take(count).Select(members =>
        {
            double[] sorted = [.. members.Order()];
            var at = share * (sorted.Length - 1);
            var below = (int)at;
            return Shown.Factor * (sorted[below] + (at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
        }),
    ];

    private static string Date(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
