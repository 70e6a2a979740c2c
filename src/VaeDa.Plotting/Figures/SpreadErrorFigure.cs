using System.Globalization;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;
using VaeDa.Verification.Scores;

namespace VaeDa.Plotting.Figures;

/// <summary>Where the ensemble expects to err and where it does, a row for each network, both maps in the same colours.</summary>
public sealed class SpreadErrorFigure : Figure
{
    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>Top to bottom.</summary>
    public required IReadOnlyList<(string Network, EnsembleCalibration Calibration)> Rows { get; init; }

    private protected override string Heading => UnitText.Label($"Spread and error of the ensemble mean, {VariableName.Of(Variable)}", Variable.Units);

    private protected override string? Note => Rows.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
        $"{Rows[0].Calibration.Thinned.Dates} date{(Rows[0].Calibration.Thinned.Dates == 1 ? "" : "s")}");

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels() =>
    [
        .. Rows.Select(row =>
        {
            var places = row.Calibration.Places;
            var spread = new FieldMap
            {
                Grid = Grid,
                Values = places.Spread,
                Title = $"{row.Network}: root mean square spread",
                Units = Variable.Units,
                Scale = ColourScale.ForSpread(places.Spread.Concat(places.Error)),
            };
            // The two have one colour bar.
            return new[] { spread with { HasBar = false }, spread with { Values = places.Error, Title = $"{row.Network}: RMSE of the mean" } }.Select(map => MapOf(map, width: 860, height: 520)).ToArray();
        }),
    ];
}
