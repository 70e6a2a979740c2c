using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>What each member of an ensemble is searched with, and what is found.</summary>
/// <param name="Z">The members' states, (M, k): until they are searched, draws of the prior.</param>
/// <param name="Means">Their prior means, (M, k).</param>
/// <param name="Observations">y less a draw of their errors and of the residual's field, (M, n).</param>
/// <param name="Residuals">The draws of the residual.</param>
internal sealed record PerturbedMembers(Tensor Z, Tensor Means, Tensor Observations, ResidualDraw Residuals)
{
    /// <summary>Members that ended short of their search's tolerance.</summary>
    public int Unconverged { get; init; }

    /// <summary>Of the chains that the members are draws of; null if they are searched.</summary>
    public SamplerDiagnostics? Sampler { get; init; }

    public static PerturbedMembers Draw(LatentProblem problem, ResidualCovariance residual, int members, Noise noise)
    {
        var means = problem.Mean + problem.Variance.sqrt() * noise.For(DrawOf.Latents).Normal(members, problem.Mean.shape[1]); // (M, k)
        var residuals = residual.DrawAmplitudes(members, noise);
        var own = problem.R.Sigma * noise.For(DrawOf.ObservationErrors).Normal(members, residual.PlaceKeys); // (M, n)
        var observations = problem.Observations - own - residuals.AtPlaces; // (M, n)
        return new PerturbedMembers(means, means, observations, residuals);
    }

    /// <summary>With a further draw each of latents and patterns.</summary>
    public PerturbedMembers With(SamplingError sampling) => this with
    {
        Means = Means + sampling.Means, // (M, k)
        Observations = Observations - sampling.AtPlaces, // (M, n)
        Residuals = Residuals with
        {
            OfPatterns = Residuals.OfPatterns + sampling.OfPatterns, // (M, m)
            AtPlaces = Residuals.AtPlaces + sampling.AtPlaces, // (M, n)
        },
    };
}
