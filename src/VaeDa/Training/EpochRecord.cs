namespace VaeDa.Training;

/// <summary>
/// What training measured in one epoch. Losses are means over the fields of what the network's objective minimises
/// (<see cref="Model.Network.Objective"/>).
/// </summary>
public sealed record EpochRecord
{
    /// <summary>The number of the epoch, from 1; 0 is the network before training.</summary>
    public required int Epoch { get; init; }

    /// <summary>The mean loss of the epoch's steps, each before its own update of the weights; NaN of epoch 0.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>The loss on the validation fields at the end of the epoch: the lower, the better; it chooses the epoch.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>The part of the validation loss that the divergence from the prior makes.</summary>
    public required double ValidationDivergence { get; init; }

    /// <summary>
    /// The area-weighted RMSE of the reconstruction of the training fields from a sample of q(z|x), in normalised units, over the
    /// epoch's steps; NaN of epoch 0.
    /// </summary>
    public required double TrainingError { get; init; }

    /// <summary>
    /// The area-weighted RMSE of the reconstruction of the validation fields from the mean of q(z|x), in normalised units.
    /// </summary>
    public required double ValidationError { get; init; }

    /// <summary>The learning rate of the epoch's last step; 0 of epoch 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How long the epoch's training took, in seconds, without the validation after it.</summary>
    public required double Seconds { get; init; }

    /// <summary>How many of these <see cref="Seconds"/> the optimiser waited for data.</summary>
    public double WaitingSeconds { get; init; }
}
