using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>One map.</summary>
public sealed class FieldFigure(FieldMap map) : Figure
{
    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels() => [[MapOf(map, width: 1400, height: 760)]];
}
