using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;

namespace VaeDa.Model;

/// <summary>What a model file says of itself, in JSON.</summary>
public sealed record ModelCard
{
    internal const int CurrentFormat = 4;

    /// <summary>The version of the file's format. A file of another version than the library's own is refused on reading.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The shape of the network, and what it was trained to minimise.</summary>
    public required VaeSpec Spec { get; init; }

    /// <summary>The grid of the fields that the generator makes, H × W cells.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The variables of the fields that the generator makes, V of them, in their order there.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>The scale and offset of each variable, from units to the numbers that the network makes.</summary>
    public required Normalisation Normalisation { get; init; }

    /// <inheritdoc cref="PriorStatistics.ResidualCorrelation"/>
    public required SpatialCorrelation ResidualCorrelation { get; init; }

    /// <inheritdoc cref="PriorStatistics.EffectiveSampleSize"/>
    public double EffectiveSampleSize { get; init; } = double.PositiveInfinity;

    /// <summary>What a converter's encoder reads; null for a model, whose encoder reads the fields that its generator makes.</summary>
    public ConversionCard? Conversion { get; init; }

    /// <summary>What made the model: the command, the seed, the versions, and the training and validation fields in words, as the inputs <c>training</c> and <c>validation</c>.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>
    /// The scores on the validation fields, by name, such as <c>ta_validation_rmse</c>; for people to read, nothing is computed
    /// from them.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }
}
