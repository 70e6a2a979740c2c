using static TorchSharp.torch;

namespace VaeDa.Assimilation.Search;

/// <summary>The minimum of J and the curvature there.</summary>
/// <param name="Z">(1, k)</param>
/// <param name="Cost">J at it.</param>
/// <param name="PriorCost">The part that the prior makes.</param>
/// <param name="Jacobian">G, (n, k), the last taken: close to the minimum's, and exact for a linear generator.</param>
/// <param name="Curvature">A, (k, k), with that Jacobian and what the search has learnt since.</param>
/// <param name="Iterations">Steps tried.</param>
/// <param name="Converged">Whether the search came within its tolerance.</param>
internal sealed record MostProbableState(Tensor Z, double Cost, double PriorCost, Tensor Jacobian, Tensor Curvature, int Iterations, bool Converged);
