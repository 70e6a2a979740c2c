using VaeDa.Files;
using VaeDa.Plotting.Figures;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>The curves of a training run, from its <c>.history.parquet</c>.</summary>
internal static class TrainingPlot
{
    /// <exception cref="InvalidInputException">The file is something else.</exception>
    public static TrainingFigure Of(string file)
    {
        var frame = DataFrameFile.Read(file);
        int[] epochs = [.. Column<int>("epoch").Select(epoch => epoch ?? throw new InvalidInputException($"{file}: a row has no epoch"))];
        double[] Numbers(string name) => [.. Column<double>(name).Select(value => value ?? double.NaN)];
        var validation = Numbers("validation_loss");
        var validated = epochs.Zip(validation).Where(pair => double.IsFinite(pair.Second)).ToList();
        return new TrainingFigure
        {
            Epochs = epochs,
            TrainingLoss = Numbers("training_loss"),
            ValidationLoss = validation,
            ReconstructionRmse = Numbers("validation_error"),
            Units = "normalised units",
            BestEpoch = validated.Count > 0 ? validated.MinBy(pair => pair.Second).First : throw new InvalidInputException($"{file}: no epoch has a validation loss"),
        };

        IEnumerable<T?> Column<T>(string name)
            where T : unmanaged => frame.Columns.IndexOf(name) is >= 0 and var i && frame.Columns[i] is Microsoft.Data.Analysis.PrimitiveDataFrameColumn<T> column
                ? column
                : throw new InvalidInputException($"{file}: not the history of a training run: it has no column '{name}' of {typeof(T).Name}; its columns are {string.Join(", ", frame.Columns.Select(c => $"'{c.Name}'"))}");
    }
}
