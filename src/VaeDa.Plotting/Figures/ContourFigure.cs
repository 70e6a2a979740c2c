using System.Globalization;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>A chart of contours, as a meteorologist draws pressure.</summary>
public abstract class ContourFigure : Figure
{
    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>Date or month of the fields, as it is to be shown.</summary>
    public required string Date { get; init; }

    /// <summary>UDUNITS string of the fields; pressures are shown in hPa.</summary>
    public required string Units { get; init; }

    /// <summary>Whether the fields are anomalies rather than whole.</summary>
    public required bool AreAnomalies { get; init; }

    /// <summary>(H × W); of an analysis the ensemble mean, or the most probable field where there are no members.</summary>
    public required IReadOnlyList<float> Field { get; init; }

    /// <summary>(H × W); null where it is not known.</summary>
    public IReadOnlyList<float>? Truth { get; init; }

    public ObservationDots? Observations { get; init; }

    /// <summary>From contour to contour, in <see cref="Units"/>, above 0; <see cref="ContourInterval.For"/> chooses one.</summary>
    public required double Interval { get; init; }

    /// <summary>Standard deviation, in cells, of the Gaussian that the fields are smoothed with before; 0 for none.</summary>
    public double Smoothing { get; init; }

    private protected ShownUnits Shown => ShownUnits.Of(Units);

    private protected override string Heading =>
        $"{UnitText.Label(AreAnomalies ? VariableName.OfAnomaly(Variable) : VariableName.Of(Variable), Shown.Units)}, {Date}";

    private protected override string Note => string.Create(CultureInfo.InvariantCulture,
        $"contours every {Interval * Shown.Factor:G4} {UnitText.Of(Shown.Units)}, cubic interpolation{(Smoothing > 0 ? $" after smoothing by a Gaussian of {Smoothing:G3} cell{(Smoothing == 1 ? "" : "s")}" : "")}");

    /// <summary>A white map of contours.</summary>
    private protected FieldMap Map(string title, IReadOnlyList<ContourLayer> layers) => new()
    {
        Grid = Grid,
        Values = Field,
        Title = title,
        Units = Shown.Units,
        IsShaded = false,
        Contours = new ContourSet
        {
            Interval = Interval * Shown.Factor,
            Smoothing = Smoothing,
            Layers = [.. layers.Select(layer => layer with { Values = Shown.Convert(layer.Values) })],
        },
    };

    private protected string Counted(int members) => string.Create(CultureInfo.InvariantCulture, $"{Observations?.Count ?? 0:N0} observation{(Observations?.Count == 1 ? "" : "s")}, {members} members");
}
