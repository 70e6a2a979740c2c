using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Model;

/// <summary>What a converter's encoder reads, and whose generator it drives.</summary>
public sealed record ConversionCard
{
    /// <summary>Of the fields that the encoder reads.</summary>
    public required Grid Grid { get; init; }

    public required IReadOnlyList<Variable> Variables { get; init; }

    public required Normalisation Normalisation { get; init; }

    /// <summary>File of the model that the generator is of.</summary>
    public required string Model { get; init; }

    /// <summary>Hash of that file.</summary>
    public required string ModelHash { get; init; }
}
