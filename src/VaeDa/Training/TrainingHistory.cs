using Microsoft.Data.Analysis;

namespace VaeDa.Training;

/// <summary>The history of a training run as a table.</summary>
public static class TrainingHistory
{
    /// <summary>The history as a data frame, one row an epoch.</summary>
    /// <param name="history">The records of the epochs, as <see cref="Trainer.Run"/> returns them.</param>
    /// <returns>
    /// The columns epoch, training_loss, validation_loss, validation_divergence, training_error, validation_error, learning_rate,
    /// seconds and waiting_seconds, as in <see cref="EpochRecord"/>.
    /// </returns>
    public static DataFrame ToDataFrame(IReadOnlyList<EpochRecord> history)
    {
        return new DataFrame(
            new Int32DataFrameColumn("epoch", history.Select(e => e.Epoch)),
            Column("training_loss", e => e.TrainingLoss),
            Column("validation_loss", e => e.ValidationLoss),
            Column("validation_divergence", e => e.ValidationDivergence),
            Column("training_error", e => e.TrainingError),
            Column("validation_error", e => e.ValidationError),
            Column("learning_rate", e => e.LearningRate),
            Column("seconds", e => e.Seconds),
            Column("waiting_seconds", e => e.WaitingSeconds));

        DoubleDataFrameColumn Column(string name, Func<EpochRecord, double> value) => new(name, history.Select(value));
    }
}
