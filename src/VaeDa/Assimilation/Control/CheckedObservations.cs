namespace VaeDa.Assimilation.Control;

/// <summary>What quality control found of each observation (n).</summary>
/// <param name="Accepted">Whether it agrees with the other accepted ones and the background.</param>
/// <param name="Departures">The observation less what all other accepted observations and the background predict of it.</param>
/// <param name="Spreads">Standard deviation of that departure, the observation's own error included.</param>
internal sealed record CheckedObservations(bool[] Accepted, double[] Departures, double[] Spreads);
