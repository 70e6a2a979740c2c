using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// How well a generator gives a field back: the original and the generated field in the same colours, their difference,
/// and the density of all cells' pairs of values on a logarithmic scale.
/// </summary>
public sealed class ValidationFigure : Figure
{
    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>Date or month of the field, as it is to be shown.</summary>
    public required string Date { get; init; }

    /// <summary>(H × W), anomaly.</summary>
    public required IReadOnlyList<float> Original { get; init; }

    /// <summary>(H × W), the generator's field for the original's encoding.</summary>
    public required IReadOnlyList<float> Generated { get; init; }

    /// <summary>Null chooses by the variable's units, <see cref="ColourScale.ForAnomalies"/>.</summary>
    public ColourScale? Scale { get; init; }

    private protected override string Heading => $"{UnitText.Label(VariableName.OfAnomaly(Variable), Variable.Units)}, {Date}";

    private protected override string Note => $"RMSE {UnitText.Quantity(new AreaMean(Grid).RootMeanSquare(Difference()), Variable.Units)}";

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        if (Original.Count != Grid.Cells || Generated.Count != Grid.Cells)
        {
            throw new ArgumentException($"the original holds {Original.Count} values and the generated field {Generated.Count}; the grid {Grid} has {Grid.Cells} cells");
        }

        var original = new FieldMap
        {
            Grid = Grid,
            Values = Original,
            Title = "Original",
            Units = Variable.Units,
            Scale = Scale ?? ColourScale.ForAnomalies(Variable.Units, Original),
        };
        var difference = Difference();
        Panel Map(FieldMap map) => MapOf(map, width: 860, height: 520);
        var first = Map(original);
        return
        [
            [first, Map(original with { Values = Generated, Title = "Generated" })],
            [
                Map(original with { Values = difference, Title = "Generated − original", Scale = ColourScale.Symmetric(ColourScale.RoundLimit(difference, 0.995)) }),
                DensityPanel.Create(Original, Generated, Variable.Units, first),
            ],
        ];
    }

    private float[] Difference() => [.. Generated.Zip(Original, (generated, original) => generated - original)];
}
