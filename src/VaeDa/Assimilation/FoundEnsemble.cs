using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Search;

namespace VaeDa.Assimilation;

/// <summary>What a search found.</summary>
/// <param name="Problem">With the R that was searched with; of use while the first problem and <paramref name="Control"/> live.</param>
/// <param name="Control">What was found of each observation; the caller's own.</param>
/// <param name="Best">The most probable state.</param>
/// <param name="Members">Null if none were asked for.</param>
internal sealed record FoundEnsemble(LatentProblem Problem, ObservationControl Control, MostProbableState Best, PerturbedMembers? Members);
