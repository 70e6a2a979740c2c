namespace VaeDa.Training;

/// <summary>One epoch of the training history. Losses are in the objective's own units, means over the fields.</summary>
public sealed record EpochRecord
{
    /// <summary>From 1; 0 is the network before training.</summary>
    public required int Epoch { get; init; }

    public required double TrainingLoss { get; init; }

    public required double ValidationLoss { get; init; }

    /// <summary>The part of the validation loss that the divergence from the prior makes.</summary>
    public required double ValidationDivergence { get; init; }

    /// <summary>Area-weighted RMSE of the reconstruction of the training fields from a sample of q(z|x), normalised units.</summary>
    public required double TrainingError { get; init; }

    /// <summary>Area-weighted RMSE of the reconstruction of the validation fields from the mean of q(z|x), normalised units.</summary>
    public required double ValidationError { get; init; }

    public required double LearningRate { get; init; }

    public required double Seconds { get; init; }

    /// <summary>How many of <see cref="Seconds"/> the optimiser waited for data.</summary>
    public double WaitingSeconds { get; init; }
}
