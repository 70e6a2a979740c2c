using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// A field made of another data set's: the source, the truth and what was generated; beneath, what the generated field and
/// a rival's differ by from the truth, in the same colours, and the density of all cells' pairs on a logarithmic scale.
/// </summary>
public sealed class ConversionFigure : Figure
{
    private const float Width = 620;
    private const float Height = 420;

    public required Grid SourceGrid { get; init; }

    public required Variable SourceVariable { get; init; }

    /// <summary>(H' × W'), anomaly.</summary>
    public required IReadOnlyList<float> Source { get; init; }

    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>Date or month of the fields, as it is to be shown.</summary>
    public required string Date { get; init; }

    /// <summary>(H × W), anomaly.</summary>
    public required IReadOnlyList<float> Truth { get; init; }

    /// <summary>(H × W)</summary>
    public required IReadOnlyList<float> Generated { get; init; }

    /// <summary>(H × W), standard deviation of the generated field's error.</summary>
    public required IReadOnlyList<float> Spread { get; init; }

    /// <summary>(H × W), climatological standard deviation: the fog of ignorance is drawn where the spread passes a third of it.</summary>
    public required IReadOnlyList<float> ClimatologicalDeviation { get; init; }

    /// <summary>What else makes a field of the source: its name and field (H × W).</summary>
    public required (string Name, IReadOnlyList<float> Field) Rival { get; init; }

    private protected override string Heading =>
        $"{UnitText.Label(VariableName.OfAnomaly(Variable), Variable.Units)} from {SourceName}, {Date}";

    private string SourceName => SourceVariable.Name == Variable.Name ? $"{SourceGrid.Height}×{SourceGrid.Width} cells" : VariableName.Of(SourceVariable);

    private protected override string Note => $"RMSE {RootMeanSquare(Difference(Generated))} (expected {RootMeanSquare([.. Spread])}); {Rival.Name} {RootMeanSquare(Difference(Rival.Field))}";

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        if (Source.Count != SourceGrid.Cells || new[] { Truth, Generated, Spread, ClimatologicalDeviation, Rival.Field }.Any(field => field.Count != Grid.Cells))
        {
            throw new ArgumentException($"the fields do not fit their grids, {SourceGrid} and {Grid}");
        }

        var truth = new FieldMap { Grid = Grid, Values = Truth, Title = "Truth", Units = Variable.Units, Scale = ColourScale.ForAnomalies(Variable.Units, Truth) };
        var source = new FieldMap
        {
            Grid = SourceGrid,
            Values = Source,
            Title = $"Source, {SourceName}",
            Units = SourceVariable.Units,
            Scale = ColourScale.ForAnomalies(SourceVariable.Units, Source),
        };
        var (generated, rival) = (Difference(Generated), Difference(Rival.Field));
        var scale = ColourScale.Symmetric(ColourScale.RoundLimit(generated.Concat(rival), 0.995));
        Panel Map(FieldMap map) => MapOf(map, Width, Height);
        var first = Map(truth);
        return
        [
            [Map(source), first, Map(truth with { Values = Generated, Title = "Generated", Ignorance = [.. Spread.Zip(ClimatologicalDeviation, (spread, deviation) => spread / deviation)] })],
            [
                Map(truth with { Values = generated, Title = "Generated − truth", Scale = scale }),
                Map(truth with { Values = rival, Title = $"{char.ToUpperInvariant(Rival.Name[0])}{Rival.Name[1..]} − truth", Scale = scale }),
                DensityPanel.Create(Truth, Generated, Variable.Units, first),
            ],
        ];
    }

    private float[] Difference(IReadOnlyList<float> field) => [.. field.Zip(Truth, (value, truth) => value - truth)];

    private string RootMeanSquare(float[] field) => UnitText.Quantity(new AreaMean(Grid).RootMeanSquare(field), Variable.Units);
}
