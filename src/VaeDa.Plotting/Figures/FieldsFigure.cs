using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>Several fields of one variable, in the same colours.</summary>
public sealed class FieldsFigure : Figure
{
    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>What they are.</summary>
    public required string Title { get; init; }

    /// <summary>Each a label and (H × W) anomalies.</summary>
    public required IReadOnlyList<(string Label, float[] Values)> Fields { get; init; }

    private protected override string Heading => $"{UnitText.Label(VariableName.OfAnomaly(Variable), Variable.Units)}: {Title}";

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        var isWide = MapExtent.Of(Grid, Style.View).Aspect >= 1.4;
        return [.. Maps()
            .Select(map => MapOf(map with { HasBar = false }, isWide ? 600 : 420, 380))
            .Chunk(Style.IsNarrow ? isWide ? 1 : 2 : isWide ? 2 : 4)];
    }

    private protected override ColourBar SharedBar => ColourBar.Of([.. Maps()]);

    private IEnumerable<FieldMap> Maps()
    {
        var scale = ColourScale.ForAnomalies(Variable.Units, Fields.SelectMany(f => f.Values));
        return Fields.Select(f => new FieldMap { Grid = Grid, Values = f.Values, Title = f.Label, Units = Variable.Units, Scale = scale });
    }
}
