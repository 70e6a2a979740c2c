using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>The contours of a field; of an analysis over the colours of its spread, and beside it (beneath it on a wide region) the truth where it is known.</summary>
public sealed class FieldContourFigure : ContourFigure
{
    /// <summary>Standard deviation over the members (H × W), in <see cref="ContourFigure.Units"/>; null where there are none.</summary>
    public IReadOnlyList<float>? Spread { get; init; }

    /// <summary>Ensemble size.</summary>
    public int Members { get; init; }

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        var first = Map(
            Observations is null ? "" : Members == 0 ? "Most probable field, observations" : $"Ensemble mean; colours: spread; {Counted(Members)}",
            [new ContourLayer(Field, ContourRole.Field, IsLettered: true)]);
        if (Spread is not null)
        {
            var shown = Shown.Convert(Spread);
            first = first with { Values = shown, IsShaded = true, Scale = ColourScale.ForSpread(shown) };
        }

        var second = Truth is null ? null : Map("Truth", [new ContourLayer(Truth, ContourRole.Truth, IsLettered: true)]);
        var sideBySide = second is not null && !Style.IsNarrow && MapExtent.Of(Grid, Style.View).Aspect < 1.4;
        // Both maps of one size, with a colour bar or without.
        Panel PanelOf(FieldMap map) => MapOf(map, (sideBySide ? 760 : 1376) - (map.IsShaded || Spread is null ? 0 : MapPanel.BarRoom), 700);
        var panels = new[] { first with { Observations = Observations }, second }.OfType<FieldMap>().Select(PanelOf).ToArray();
        return sideBySide ? [panels] : [.. panels.Select(panel => new[] { panel })];
    }
}
