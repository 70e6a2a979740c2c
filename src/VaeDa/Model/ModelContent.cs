using VaeDa.Files;
using VaeDa.Model.Network;

namespace VaeDa.Model;

/// <summary>
/// Whether a model's card and the tensors beside it go together, told before anything is made of either: a number in a card must
/// not ask for memory that the file has nothing for.
/// </summary>
internal static class ModelContent
{
    private const int HarmonicTerms = 4;
    private const int Months = 12;

    /// <exception cref="InvalidInputException">The card contradicts itself or the tensors' shapes, without the file's name.</exception>
    public static void RequireShapes(ModelCard card, SafetensorsFile file)
    {
        if (Fault(card) is { } fault)
        {
            throw new InvalidInputException($"its card: {fault}");
        }

        var (k, n) = (card.Spec.LatentSize, (long)card.Variables.Count * card.Grid.Cells);
        foreach (var (name, shape) in Network(card))
        {
            Require(name, shape);
        }

        Require("latent_mean", [k]);
        Require("latent_variance", [k]);
        RequireCount("generator_error", n);
        RequireCount("climatological_standard_deviation", n);
        if (file.Shape("latent_season") is not [0, ..])
        {
            Require("latent_season", [Months, k, k]);
        }

        Require("generator_regression", [Rows("generator_regression", HarmonicTerms + 1), n]);
        Require("error_season", [Rows("error_season", HarmonicTerms), n]);
        var patterns = file.Shape("residual_patterns");
        if (patterns is not [0, 0])
        {
            Require("residual_patterns", [patterns.FirstOrDefault(), n]);
        }

        foreach (var name in Memory(card, file))
        {
            var d = k + patterns[0];
            Require(name, [d, d], "this model's states need");
        }

        // As many as there are, or none.
        long Rows(string name, long all) => file.Shape(name) is [0, ..] ? 0 : all;

        void Require(string name, long[] shape, string what = "this network needs")
        {
            var found = file.Shape(name);
            if (!found.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidInputException($"tensor '{name}' is ({string.Join(", ", found)}); {what} ({string.Join(", ", shape)})");
            }
        }

        void RequireCount(string name, long right)
        {
            var values = file.Shape(name).Aggregate(1L, (product, size) => product * size);
            if (values != right)
            {
                throw new InvalidInputException($"tensor '{name}' has {values} values; this model's fields have {right}");
            }
        }
    }

    /// <exception cref="InvalidInputException">A number that is computed with is none, without the file's name.</exception>
    public static void RequireNumbers(ModelCard card, SafetensorsFile file, bool withEncoder)
    {
        string[] finite =
        [
            .. Network(card).Select(tensor => tensor.Name).Where(name => withEncoder || !name.StartsWith("encoder.", StringComparison.Ordinal)),
            "latent_mean", "latent_variance", "latent_season", "generator_regression", "error_season", "residual_patterns",
            .. Memory(card, file),
        ];
        if (Array.Find(finite, name => !file.IsFinite(name)) is { } wrong)
        {
            throw new InvalidInputException($"tensor '{wrong}' holds values that are not finite numbers");
        }

        if (Array.Exists(file.Floats("latent_variance"), variance => variance <= 0))
        {
            throw new InvalidInputException("tensor 'latent_variance' holds values that are not above 0");
        }

        foreach (var name in (string[])["generator_error", "climatological_standard_deviation"])
        {
            var values = file.Floats(name);
            if (Array.Exists(values, value => value < 0 || float.IsInfinity(value)) || Array.TrueForAll(values, float.IsNaN))
            {
                throw new InvalidInputException($"tensor '{name}' holds values that are no standard deviations");
            }
        }
    }

    private static IEnumerable<string> Memory(ModelCard card, SafetensorsFile file) =>
        card.Memory is null ? [] : ((string[])[ModelFile.MemoryName, ModelFile.SecondMemoryName]).Where(file.Contains);

    private static IEnumerable<(string Name, long[] Shape)> Network(ModelCard card) => card.Conversion is { } source
        ? NetworkShapes.Of(card.Spec, card.Spec with { LinearPath = true }, source.Grid, source.Variables.Count, card.Grid, card.Variables.Count)
        : NetworkShapes.Of(card.Spec, card.Spec, card.Grid, card.Variables.Count, card.Grid, card.Variables.Count);

    /// <summary>What is wrong with the card by itself, in words; null if nothing is.</summary>
    private static string? Fault(ModelCard card)
    {
        card.Spec.RequireSound();
        return Fault(card.Variables.Count, card.Grid.Cells, card.Normalisation)
            ?? (card.Conversion is { } source && Fault(source.Variables.Count, source.Grid.Cells, source.Normalisation) is { } ofSource ? $"conversion: {ofSource}" : null)
            ?? (!(card.ResidualCorrelation is { Length: > 0 and < double.PositiveInfinity, Nugget: >= 0 and <= 1 })
                ? FormattableString.Invariant($"a residual correlation of length {card.ResidualCorrelation.Length} km and nugget {card.ResidualCorrelation.Nugget}; a length above 0 and a nugget of 0 to 1 are needed")
            : !(card.EffectiveSampleSize > 0) ? FormattableString.Invariant($"an effective sample size of {card.EffectiveSampleSize}; it must be above 0")
            : card.Memory is { } memory && !(memory is { OneStepError: >= 0 and <= 1, RemainderCorrelation: >= 0 and <= 1 })
                ? FormattableString.Invariant($"a memory with a one-step error of {memory.OneStepError} and a remainder's correlation of {memory.RemainderCorrelation}; both must be 0 to 1")
            : card.Memory is { EffectiveSampleSize: <= 0 or double.NaN } ofSequences ? FormattableString.Invariant($"a memory with an effective sample size of {ofSequences.EffectiveSampleSize}; it must be above 0")
            : card.StepHours is { } hours && (hours is < 1 or > 23 || 24 % hours != 0) ? $"stepHours of {hours}; hours that divide a day are needed"
            : null);
    }

    private static string? Fault(int variables, int cells, Fields.Normalisation normalisation) =>
        variables == 0 ? "no variables"
        : (long)variables * cells > Array.MaxLength ? $"{variables} variables of {cells} cells, which are more than a field can have"
        : normalisation.Scale.Count != variables || normalisation.Offset.Count != variables ? $"{normalisation.Scale.Count} scales and {normalisation.Offset.Count} offsets for {variables} variables"
        : !normalisation.Scale.All(scale => scale > 0 && double.IsFinite(scale)) || !normalisation.Offset.All(double.IsFinite) ? "a normalisation with a scale that is not above 0, or an offset that is no number"
        : null;
}
