using System.Globalization;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// Several analyses of one variable in the first one's colours, what is known at one time and at another, or from one network
/// and from another: side by side, or where their truths are known each beside its own.
/// </summary>
public sealed class AnalysesFigure(IReadOnlyList<AnalysisFigure> analyses) : Figure
{
    private const int InRow = 2;

    /// <summary>Of all of them.</summary>
    public override FigureStyle Style
    {
        get => base.Style;
        set
        {
            base.Style = value;
            foreach (var analysis in analyses)
            {
                analysis.Style = value;
            }
        }
    }

    private protected override string Heading => $"{UnitText.Label(Name, analyses[0].Variable.Units)}: {analyses[0].MeanMap().Title.ToLower(CultureInfo.InvariantCulture)}";

    // Files describe their variables at length; the first clause names them.
    private string Name => VariableName.OfAnomaly(analyses[0].Variable);

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        return [.. Maps().Select(map => MapOf(map with { HasBar = false }, 920, 460)).Chunk(Style.IsNarrow ? 1 : InRow)];
    }

    private protected override ColourBar SharedBar => ColourBar.Of([.. Maps()]);

    // All in the first one's colours.
    private IEnumerable<FieldMap> Maps()
    {
        var scale = analyses[0].MeanMap().Scale;
        IEnumerable<FieldMap> MapsOf(AnalysisFigure a) => new[]
        {
            a.MeanMap() with { Title = string.Create(CultureInfo.InvariantCulture, $"{a.Date}: {a.Observations.Count:N0} observations") },
            a.TruthMap() is { } truth ? truth with { Title = $"{a.Date}: truth" } : null,
        }.OfType<FieldMap>();
        return analyses.SelectMany(MapsOf).Select(map => map with { Scale = scale });
    }
}
