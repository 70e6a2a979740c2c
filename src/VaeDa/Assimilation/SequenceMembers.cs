using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>The members of a sequence, each a history.</summary>
/// <param name="X">States, (M, T, d).</param>
/// <param name="Observations">Each date's, perturbed, (M, n); null where nothing is observed.</param>
/// <param name="Unconverged">Members that ended short of their search's tolerance, (T).</param>
internal sealed record SequenceMembers(Tensor X, IReadOnlyList<Tensor?> Observations, IReadOnlyList<int> Unconverged)
{
    /// <param name="t">The date, from 0.</param>
    /// <returns>(M, d), (M, n) or null, and the members that did not converge.</returns>
    public (Tensor States, Tensor? Observations, int Unconverged) Of(int t) => (X.select(1, t), Observations[t], Unconverged[t]);
}
