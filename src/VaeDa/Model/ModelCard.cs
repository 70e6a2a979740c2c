using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;

namespace VaeDa.Model;

/// <summary>What a model file says of itself, in JSON.</summary>
public sealed record ModelCard
{
    public const int CurrentFormat = 4;

    public int Format { get; init; } = CurrentFormat;

    public required VaeSpec Spec { get; init; }

    public required Grid Grid { get; init; }

    public required IReadOnlyList<Variable> Variables { get; init; }

    public required Normalisation Normalisation { get; init; }

    public required SpatialCorrelation ResidualCorrelation { get; init; }

    /// <inheritdoc cref="PriorStatistics.EffectiveSampleSize"/>
    public double EffectiveSampleSize { get; init; } = double.PositiveInfinity;

    /// <summary>Of a converter; null for a model, whose encoder reads the fields that its generator makes.</summary>
    public ConversionCard? Conversion { get; init; }

    public required Provenance Provenance { get; init; }

    /// <summary>Scores on the validation fields, by name.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }
}
