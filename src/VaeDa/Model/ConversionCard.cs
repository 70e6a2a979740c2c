using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Model;

/// <summary>The part of a converter's file that says what its encoder reads, and whose generator it drives.</summary>
public sealed record ConversionCard
{
    /// <summary>The grid of the fields that the encoder reads.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The variables of the fields that the encoder reads, in their order there.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>The scale and offset of each of those variables, from their units to the numbers that the encoder reads.</summary>
    public required Normalisation Normalisation { get; init; }

    /// <summary>The name of the model file whose generator the converter drives.</summary>
    public required string Model { get; init; }

    /// <summary>The hash of that file, as <see cref="GenerativeModel.Hash"/>.</summary>
    public required string ModelHash { get; init; }
}
