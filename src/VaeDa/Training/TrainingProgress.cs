namespace VaeDa.Training;

/// <summary>Where a training run stands, after each step.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps in an epoch.</param>
/// <param name="TrainingLoss">Mean over the steps done in this epoch.</param>
/// <param name="Finished">The record of the epoch that this step ended, if it did.</param>
public sealed record TrainingProgress(int Epoch, int Step, int Steps, double TrainingLoss, EpochRecord? Finished);
