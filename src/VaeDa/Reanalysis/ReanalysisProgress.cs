namespace VaeDa.Reanalysis;

/// <summary>How far a run is.</summary>
/// <param name="Done">Dates done by this run.</param>
/// <param name="Of">Dates that were left to it when it began.</param>
/// <param name="Time">The date that has just been analysed, UTC.</param>
/// <param name="ChiSquare">Its chi-square per observation; NaN where it failed.</param>
/// <param name="Elapsed">Since the run began.</param>
public sealed record ReanalysisProgress(int Done, int Of, DateTime Time, double ChiSquare, TimeSpan Elapsed)
{
    /// <summary>Dates a second, so far.</summary>
    public double Rate => Done / Elapsed.TotalSeconds;

    /// <summary>The time that the rest will take at this rate.</summary>
    public TimeSpan Left => TimeSpan.FromSeconds((Of - Done) / Rate);
}
