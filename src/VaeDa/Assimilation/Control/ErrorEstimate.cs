using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// Maximum marginal likelihood of the observations' errors (Dee and da Silva 1999): the innovations are N(0, K),
/// K = G B Gᵀ + H C_r Hᵀ + Σ_v s_v² S_v, S_v the stated error variances of variable v, and the factors s_v² are found by
/// Fisher scoring. In terms of the leave-one-out tests t_i the score is ½ Σ_v σ_i² [K⁻¹]_ii (t_i² − 1): where t_i² is
/// bounded (Huber 1981, proposal 2) gross errors do not sway it, and no observation need be rejected first.
/// </summary>
internal static class ErrorEstimate
{
    private const int MostSteps = 30;
    private const double Tolerance = 1e-3;
    private const double Bound = 4; // of t²
    private const double MeanOfBounded = 0.9205; // E[min(t², 4)], t normal
    private const double LeastFactor = 0.01;
    private const double MostFactor = 100;

    /// <param name="stated">σ_obs as stated, (n).</param>
    /// <param name="residual">H C_r Hᵀ, (n, n).</param>
    /// <param name="jacobian">G, (n, k).</param>
    /// <param name="variance">Diagonal of B, (1, k).</param>
    /// <param name="innovation">d, (1, n).</param>
    /// <param name="accepted">Which observations to take (n).</param>
    /// <param name="groups">Variable of each observation, from 0 (n).</param>
    /// <param name="start">Factors to start from (V).</param>
    /// <param name="robust">Whether tests beyond two standard deviations count as that.</param>
    /// <returns>Of each group (V).</returns>
    public static ErrorFactors Of(
        Tensor stated, Tensor residual, Tensor jacobian, Tensor variance, Tensor innovation, IReadOnlyList<bool> accepted, IReadOnlyList<int> groups, double[] start, bool robust)
    {
        using var scope = NewDisposeScope();
        var rows = ObservationErrorCovariance.Indices(accepted, true); // (n_a)
        var g = jacobian.index_select(0, rows); // (n_a, k)
        var fixedPart = residual.index_select(0, rows).index_select(1, rows) + (g * variance).matmul(g.transpose(0, 1)); // (n_a, n_a)
        var d = innovation.squeeze(0).index_select(0, rows); // (n_a)
        var variances = stated.index_select(0, rows).square(); // (n_a)
        var group = tensor(groups.Select(v => (long)v).ToArray()).index_select(0, rows); // (n_a)
        var parts = nn.functional.one_hot(group, start.Length).to(float64) * variances.unsqueeze(1); // (n_a, V), diagonals of S_v
        var s2 = tensor(start).square(); // (V)
        for (var step = 0; ; step++)
        {
            using var inner = NewDisposeScope();
            var inverse = cholesky_inverse(linalg.cholesky(fixedPart + diag(parts.matmul(s2)))); // (n_a, n_a)
            var precision = inverse.diagonal(); // (n_a)
            var test = inverse.matmul(d).square() / precision; // (n_a), t²
            var bounded = robust ? test.clamp_max(Bound) / MeanOfBounded : test; // (n_a)
            var score = 0.5 * parts.transpose(0, 1).matmul(precision * (bounded - 1)); // (V)
            // The last term: a variable whose observations are all rejected keeps its factor, of unknown error.
            var information = 0.5 * parts.transpose(0, 1).matmul(inverse.square().matmul(parts)) + 1e-12 * eye(start.Length, dtype: float64); // (V, V), of s²
            var next = s2 + linalg.solve(information, score); // (V)
            next = minimum(maximum(next, 0.25 * s2), 16 * s2).clamp(LeastFactor * LeastFactor, MostFactor * MostFactor); // (V)
            var change = (next / s2 - 1).abs().max().item<double>();
            s2 = next.MoveToOuterDisposeScope();
            if (change < Tolerance || step == MostSteps)
            {
                // s = √s²: its standard error is that of s² over 2 s. At a bound the likelihood has no maximum to speak of.
                var found = (parts.sum([0]) > 0) & (s2 > LeastFactor * LeastFactor) & (s2 < MostFactor * MostFactor); // (V)
                var errors = where(found, linalg.inv(information).diagonal().sqrt() / (2 * s2.sqrt()), double.NaN); // (V)
                return new ErrorFactors(s2.sqrt().data<double>().ToArray(), errors.data<double>().ToArray());
            }
        }
    }
}
