using static TorchSharp.torch;

namespace VaeDa.Model.Memory;

/// <summary>
/// N from three states in a row: what s(t−1) has that s(t) does not tell of it, b = s(t−1) − Mᵀ s(t), and what s(t+1) has, f = s(t+1) − M s(t). With
/// covariances made I, β = (I − Mᵀ M)^(−½) b and φ = (I − M Mᵀ)^(−½) f follow each other as states do, φ ~ N(P β, I − P Pᵀ), so that P is found as M is
/// (<see cref="TransitionFit"/>); N = (I − M Mᵀ)^½ P (I − Mᵀ M)^(−½). P is the partial autocorrelation of Ansley and Kohn (1986), J. Statist. Comput.
/// Simul. 24, 99: where its singular values are below 1, the sequence is stationary.
/// </summary>
internal sealed class SecondOrderFit
{
    private SecondOrderFit(Tensor second, TransitionFit partial, double oneStepError) => (Second, Partial, OneStepError) = (second, partial, oneStepError);

    /// <summary>N, (d, d), double precision; the caller's own.</summary>
    public Tensor Second { get; }

    /// <summary>How P was found.</summary>
    public TransitionFit Partial { get; }

    /// <summary>What M and N together leave of the variance of the states held out.</summary>
    public double OneStepError { get; }

    /// <param name="m">M, (d, d).</param>
    /// <param name="training">s(t−1), s(t) and s(t+1), (3, P, d), double precision.</param>
    /// <param name="heldOut">(3, Q, d)</param>
    /// <param name="cancellation">Checked now and then.</param>
    /// <returns>Null where the states held out do not show that the state before the last tells more, or there are too few.</returns>
    public static SecondOrderFit? Of(Tensor m, Tensor training, Tensor heldOut, CancellationToken cancellation = default)
    {
        if (training.shape[1] == 0 || heldOut.shape[1] == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var identity = eye(m.shape[0], dtype: float64); // (d, d)
        var ahead = new Roots(identity - m.matmul(m.transpose(0, 1)));
        var behind = new Roots(identity - m.transpose(0, 1).matmul(m));
        var (learnt, unseen) = (New(training), New(heldOut));
        if (TransitionFit.Of(learnt.B, learnt.F, unseen.B, unseen.F, cancellation) is not { } fit)
        {
            return null;
        }

        var second = ahead.Root.matmul(fit.Transition).matmul(behind.InverseRoot); // (d, d)
        var (b, f, size) = (unseen.B.matmul(behind.Root), unseen.F.matmul(ahead.Root), AsTheyAre(heldOut)); // (Q, d), (Q, d), (3, Q, d)
        var left = ((f - b.matmul(second.transpose(0, 1))).square().sum() / size[2].square().sum()).item<double>();
        fit.Transition.DetachFromDisposeScope();
        return new SecondOrderFit(second.MoveToOuterDisposeScope(), fit, left);

        (Tensor B, Tensor F) New(Tensor three)
        {
            var s = AsTheyAre(three); // (3, P, d)
            return ((s[0] - s[1].matmul(m)).matmul(behind.InverseRoot), (s[2] - s[1].matmul(m.transpose(0, 1))).matmul(ahead.InverseRoot)); // (P, d) each
        }

        // Each number as large as the prior has it (TransitionFit).
        static Tensor AsTheyAre(Tensor three) => three / three.square().mean([0, 1]).sqrt().clamp_min(1e-12); // (3, P, d)
    }

    /// <summary>The symmetric roots of a covariance, (d, d).</summary>
    private sealed class Roots
    {
        public Roots(Tensor covariance)
        {
            var (values, vectors) = linalg.eigh(covariance); // (d), (d, d)
            Root = (vectors * values.sqrt()).matmul(vectors.transpose(0, 1)); // (d, d)
            InverseRoot = (vectors / values.sqrt()).matmul(vectors.transpose(0, 1)); // (d, d)
        }

        public Tensor Root { get; }

        public Tensor InverseRoot { get; }
    }
}
