using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>The most probable states of a sequence, and its members.</summary>
/// <param name="Best">(1, T, d)</param>
/// <param name="Costs">What each state adds to the prior's part of J, (1, T).</param>
/// <param name="Iterations">Of the search that found each, (T).</param>
/// <param name="Converged">Whether that search came to its end, (T).</param>
/// <param name="Members">Null without members.</param>
internal sealed record FoundSequence(Tensor Best, Tensor Costs, IReadOnlyList<int> Iterations, IReadOnlyList<bool> Converged, SequenceMembers? Members);
