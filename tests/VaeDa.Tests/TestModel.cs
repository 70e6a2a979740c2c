using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Linear;
using VaeDa.Model.Memory;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests;

/// <summary>Models in memory: the real generators, with what was measured on synthetic fields or is given.</summary>
internal static class TestModel
{
    public const double Scale = 2.5;
    public const float Climatological = 3;

    /// <param name="scale">Of the first variable; of the others as many times as much as their fields are larger, <see cref="SyntheticFields.Sizes"/>.</param>
    public static Normalisation Normalisation(double scale, int variables = 1, double offset = 0) =>
        new() { Scale = [.. SyntheticFields.Sizes(variables).Select(size => scale * size)], Offset = [.. Enumerable.Repeat(offset, variables)] };

    /// <summary>EOFs of the training fields, their prior measured as a training run measures it.</summary>
    /// <param name="normalisation">Null: <see cref="Scale"/>.</param>
    /// <param name="prior">Changes what was measured.</param>
    /// <param name="memory">Of d; null: the model remembers nothing.</param>
    public static GenerativeModel Eof(IFieldSet training, IFieldSet heldOut, int modes, Normalisation? normalisation = null, bool patterns = true, Func<PriorStatistics, PriorStatistics>? prior = null, float climatological = Climatological, Func<int, StateMemory>? memory = null)
    {
        normalisation ??= Normalisation(Scale, training.Variables.Count);
        var autoencoder = new EofAutoencoder(EofBasis.Of(training, normalisation, modes), training.Grid, training.Variables.Count);
        var measured = PriorEstimator.Of(autoencoder, training, heldOut, normalisation, CPU, patterns);
        return Of(autoencoder, training, normalisation, prior?.Invoke(measured) ?? measured, climatological, memory);
    }

    /// <param name="climatological">Standard deviation of the first variable; of the others in proportion to their size.</param>
    /// <param name="memory">Of d; null: the model remembers nothing.</param>
    public static GenerativeModel Of(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, PriorStatistics prior, float climatological = Climatological, Func<int, StateMemory>? memory = null) =>
        new(autoencoder, fields.Grid, fields.Variables, normalisation, prior, [.. SyntheticFields.Sizes(fields.Variables.Count).SelectMany(size => Enumerable.Repeat((float)(climatological * size), fields.Grid.Cells))], CPU)
        {
            Memory = memory?.Invoke(autoencoder.LatentSize + prior.ResidualPatterns.Count),
        };
}
