namespace VaeDa.Reanalysis.Stations;

/// <summary>A part of a series, of one offset or one line in time.</summary>
/// <param name="First">Its first date, from 0.</param>
/// <param name="End">The date after its last.</param>
/// <param name="Offset">At its first date.</param>
/// <param name="Slope">By step; 0 where the offset is constant.</param>
/// <param name="Variance">Of the offset at its first date.</param>
/// <param name="Covariance">Of that and the slope.</param>
/// <param name="SlopeVariance">0 where the offset is constant.</param>
internal readonly record struct SeriesPart(int First, int End, double Offset, double Slope, double Variance, double Covariance, double SlopeVariance)
{
    public bool IsDrift => SlopeVariance > 0;

    /// <summary>The offset some steps after its first date, and the variance of that.</summary>
    public (double Offset, double Variance) After(double steps) => (Offset + Slope * steps, Variance + 2 * Covariance * steps + SlopeVariance * steps * steps);
}
