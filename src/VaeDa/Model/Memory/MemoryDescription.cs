using System.Text.Json.Serialization;
using VaeDa.Files;

namespace VaeDa.Model.Memory;

/// <summary>What a model's file says of its memory, for people to read; only the two numbers of the states' and the remainder's memory and the effective sample size are computed with.</summary>
public sealed record MemoryDescription
{
    /// <inheritdoc cref="StateMemory.Steps"/>
    public required int Steps { get; init; }

    /// <inheritdoc cref="StateMemory.OneStepError"/>
    public required double OneStepError { get; init; }

    /// <inheritdoc cref="StateMemory.RemainderCorrelation"/>
    public double RemainderCorrelation { get; init; }

    /// <inheritdoc cref="StateMemory.EffectiveSampleSize"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EffectiveSampleSize { get; init; }

    /// <summary>The weight π of the squares of the transition's elements off its diagonal, for each pair of training states.</summary>
    public double Penalty { get; init; }

    /// <summary>How far the transition was drawn towards what each of a state's numbers tells of itself alone: 0…1.</summary>
    public required double DiagonalShare { get; init; }

    /// <summary>The same weight for what the state before the last tells; null where it tells nothing more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondPenalty { get; init; }

    /// <summary>The same share for what the state before the last tells; null where it tells nothing more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondDiagonalShare { get; init; }

    /// <summary>How many pairs of training fields one step apart it was measured on.</summary>
    public required int TrainingPairs { get; init; }

    /// <summary>How many pairs held out λ and the share were chosen by.</summary>
    public required int HeldOutPairs { get; init; }

    /// <summary>The errors of forecasts on the held-out fields, by variable and number of steps.</summary>
    public IReadOnlyList<ForecastError> Forecasts { get; init; } = [];

    /// <summary>What added the memory to a model that was trained before; null where it was measured in training.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Provenance? Provenance { get; init; }
}
