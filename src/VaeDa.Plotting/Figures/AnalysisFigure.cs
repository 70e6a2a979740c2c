using System.Globalization;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// An analysis: the ensemble mean with the observations and the fog of ignorance, and beneath it (beside it on a tall
/// region) the truth where it is known, otherwise the ensemble spread. Without an ensemble there is neither fog nor spread.
/// </summary>
public sealed class AnalysisFigure : Figure
{
    public required Grid Grid { get; init; }

    public required Variable Variable { get; init; }

    /// <summary>Date or month of the analysis, as it is to be shown.</summary>
    public required string Date { get; init; }

    /// <summary>(H × W), anomaly; the most probable field where there are no members.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>(H × W), standard deviation over the members.</summary>
    public required IReadOnlyList<float> Spread { get; init; }

    /// <summary>(H × W); null draws no fog.</summary>
    public IReadOnlyList<float>? ClimatologicalDeviation { get; init; }

    /// <summary>(H × W), anomaly; null draws the spread in its place.</summary>
    public IReadOnlyList<float>? Truth { get; init; }

    public required ObservationDots Observations { get; init; }

    /// <summary>Ensemble size.</summary>
    public required int Members { get; init; }

    /// <summary>Null chooses by the variable's units, <see cref="ColourScale.ForAnomalies"/>.</summary>
    public ColourScale? Scale { get; init; }

    private protected override string Heading => $"{UnitText.Label(VariableName.OfAnomaly(Variable), Variable.Units)}, {Date}";

    private protected override string Note => string.Create(CultureInfo.InvariantCulture,
        $"{Observations.Count:N0} observation{(Observations.Count == 1 ? "" : "s")}{OfOthers}{Flagged}, {Members} member{(Members == 1 ? "" : "s")}");

    private string OfOthers => Observations.OfOtherVariables?.Count(other => other) is > 0 and var count
        ? count == Observations.Count ? " of other variables (○)" : string.Create(CultureInfo.InvariantCulture, $" ({count:N0} of other variables, ○)")
        : "";

    private string Flagged => Observations.Flagged?.Count(flagged => flagged) is > 0 and var count
        ? string.Create(CultureInfo.InvariantCulture, $" ({count:N0} flagged, ×)")
        : "";

    private bool HasDots => Style.Observations != ObservationColouring.None;

    /// <summary>The first of the maps.</summary>
    internal FieldMap MeanMap() => new()
    {
        Grid = Grid,
        Values = Mean,
        Title = Members == 0 ? "Most probable field and observations"
            : ClimatologicalDeviation is null || Style.Uncertainty == Uncertainty.None ? $"Ensemble mean{(HasDots ? " and observations" : "")}"
            : Style.Uncertainty == Uncertainty.Relative && Style.UncertainAbove is null ? $"Ensemble mean{(HasDots ? ", observations" : "")} and fog of ignorance"
            : $"Ensemble mean{(HasDots ? ", observations" : "")}{ShownUncertainty.Described(Style, Variable.Units)}",
        Units = Variable.Units,
        Scale = Scale ?? ColourScale.ForAnomalies(Variable.Units, Mean),
        Observations = Observations,
        Ignorance = Ignorance(),
        Spread = Spread,
    };

    /// <summary>The truth in the colours of the first map; null where it is not known.</summary>
    internal FieldMap? TruthMap() => Truth is null ? null : MeanMap() with { Values = Truth, Title = "Truth", Observations = null, Ignorance = null, Spread = null };

    private protected override IReadOnlyList<IReadOnlyList<Panel>> Panels()
    {
        var mean = MeanMap();
        var second = TruthMap()
            ?? (Members == 0 ? null : mean with { Values = Spread, Title = "Ensemble spread", Scale = ColourScale.ForSpread(Spread), Observations = null, Ignorance = null, Spread = null });

        var sideBySide = !Style.IsNarrow && MapExtent.Of(Grid, Style.View).Aspect < 1.4;
        var panels = new[] { mean, second }.OfType<FieldMap>().Select(map => MapOf(map with { HasBar = Truth is null }, sideBySide ? 688 : 1376, 700)).ToArray();
        return sideBySide ? [panels] : [.. panels.Select(panel => new[] { panel })];
    }

    // The truth is in the same colours; the spread is not.
    private protected override ColourBar? SharedBar => TruthMap() is { } truth ? ColourBar.Of([MeanMap(), truth]) : null;

    private float[]? Ignorance()
    {
        if (Members == 0 || ClimatologicalDeviation is not { } deviation)
        {
            return null;
        }

        if (Spread.Count != deviation.Count)
        {
            throw new ArgumentException($"the spread holds {Spread.Count} values, the climatological deviation {deviation.Count}");
        }

        return [.. Spread.Zip(deviation, (spread, climatological) => climatological > 0 ? spread / climatological : float.NaN)];
    }
}
