namespace VaeDa.Training;

/// <summary>Where a training run stands; reported after each step.</summary>
/// <param name="Epoch">The number of the epoch that the run is in, from 1.</param>
/// <param name="Step">The number of steps done in this epoch.</param>
/// <param name="Steps">The number of steps in an epoch.</param>
/// <param name="TrainingLoss">The mean loss of the steps done in this epoch.</param>
/// <param name="Finished">The record of the epoch that this step ended; null if it ended none.</param>
public sealed record TrainingProgress(int Epoch, int Step, int Steps, double TrainingLoss, EpochRecord? Finished);
