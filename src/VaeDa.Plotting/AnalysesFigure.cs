using System.Globalization;

namespace VaeDa.Plotting;

/// <summary>
/// Several analyses of one variable side by side, in the first one's colours: what is known at one time and at another, or
/// from many observations and from few. The first one's truth comes last, where it has one.
/// </summary>
public sealed class AnalysesFigure(IReadOnlyList<AnalysisFigure> analyses) : Figure
{
    private protected override string Heading => $"{UnitText.Label(Name, analyses[0].Variable.Units)}: {analyses[0].MeanMap().Title.ToLower(CultureInfo.InvariantCulture)}";

    // Files describe their variables at length; the first clause names them.
    private string Name => (analyses[0].Variable.LongName ?? analyses[0].Variable.Name).Split(',')[0] is var name && name.Contains("anomaly", StringComparison.OrdinalIgnoreCase) ? name : $"{name} anomaly";

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        var first = analyses[0].MeanMap();
        var maps = analyses.Select(a => a.MeanMap() with { Scale = first.Scale, Title = string.Create(CultureInfo.InvariantCulture, $"{a.Date}: {a.Observations.Count:N0} observations") }).ToList();
        if (analyses[0].Truth is { } truth)
        {
            maps.Add(first with { Values = truth, Title = $"{analyses[0].Date}: truth", Observations = null, Ignorance = null });
        }

        var inRow = new MapExtent(first.Grid).Aspect < 1.4 ? 3 : 2;
        return [.. maps.Select(map => MapPanel.Create(map, 920, 460)).Chunk(inRow)];
    }
}
