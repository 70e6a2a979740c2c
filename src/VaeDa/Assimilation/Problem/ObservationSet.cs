using VaeDa.Observations;

namespace VaeDa.Assimilation.Problem;

/// <summary>Observations as a search takes them (n): single ones, or averages of some.</summary>
/// <param name="H">Their equivalents.</param>
/// <param name="Anomaly">y, (n).</param>
/// <param name="Sigma">σ_obs, standard deviations of their own errors, (n).</param>
/// <param name="Places">(n)</param>
/// <param name="Residual">Of averages, σ of what the patterns leave of the generator's error, (n), and the part of it that no neighbour shares, in terms of σ, (n).</param>
internal sealed record ObservationSet(ObservationOperator H, double[] Anomaly, double[] Sigma, ObservationPlace[] Places, (double[] Sigma, double[] Own)? Residual = null)
{
    /// <summary>Some of them, single ones.</summary>
    public ObservationSet Part(int[] some) => new(H.Part(some), Array.ConvertAll(some, i => Anomaly[i]), Array.ConvertAll(some, i => Sigma[i]), Array.ConvertAll(some, i => Places[i]));
}
