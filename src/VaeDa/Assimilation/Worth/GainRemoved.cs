using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Model;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Worth;

/// <summary>
/// By how much the error variance of an analysis would be larger without each observation, in closed form about its most probable state. With
/// K = G B Gᵀ + H C_r Hᵀ + Σ, Σ the diagonal of σ_obs², the variance at x without observation i is larger by [C(x, H) K⁻¹]ᵢ² / [K⁻¹]ᵢᵢ, a down-date of rank one.
/// </summary>
internal static class GainRemoved
{
    // Of the remainder, between an observation and a cell.
    private const double NoCorrelation = 1e-2;

    /// <param name="model">At the time of the observations.</param>
    /// <param name="problem">With R of the observations that are believed.</param>
    /// <param name="residual">At the same observations, single ones.</param>
    /// <param name="best">The most probable state.</param>
    /// <returns>Of the observation's variable, in the mean over the area, in its units squared, (n); NaN for those that are not believed.</returns>
    public static double[] Of(GenerativeModel model, LatentProblem problem, ResidualCovariance residual, MostProbableState best)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var accepted = problem.R.Accepted;
        var believed = Enumerable.Range(0, accepted.Count).Where(i => accepted[i]).ToArray(); // (n')
        var index = tensor(Array.ConvertAll(believed, i => (long)i)); // (n')
        var (precision, latents) = Gain(problem, best.Jacobian.index_select(0, index)); // (n', n'), (k, n')
        var states = cat([latents, residual.PatternsAtPlaces.index_select(1, index).matmul(precision)]).to(float32); // (k + m, n')
        var rises = MeanSquares(model, residual, best, believed, states, precision.to(float32)) / precision.diagonal(); // (n')
        var all = Enumerable.Repeat(double.NaN, accepted.Count).ToArray();
        foreach (var (i, rise) in believed.Zip(rises.data<double>().ToArray()))
        {
            all[i] = rise;
        }

        return all;
    }

    /// <summary>K⁻¹ and B Gᵀ K⁻¹ of the observations that are believed.</summary>
    /// <param name="problem">With their R.</param>
    /// <param name="g">(n', k)</param>
    /// <returns>(n', n') and (k, n').</returns>
    private static (Tensor Precision, Tensor Latents) Gain(LatentProblem problem, Tensor g)
    {
        using var scope = NewDisposeScope();
        var inverse = problem.R.InverseOfAccepted; // (n', n')
        var solved = inverse.matmul(g); // (n', k)
        var factor = linalg.cholesky(g.transpose(0, 1).matmul(solved) + diag(1 / problem.Variance.squeeze(0))); // (k, k), of A
        var half = linalg.solve_triangular(factor, solved.transpose(0, 1), upper: false); // (k, n')
        var precision = inverse - half.transpose(0, 1).matmul(half); // (n', n')
        var latents = linalg.solve_triangular(factor.transpose(0, 1), half, upper: true); // (k, n'), A⁻¹ Gᵀ R⁻¹
        return (precision.MoveToOuterDisposeScope(), latents.MoveToOuterDisposeScope());
    }

    /// <summary>[C(x, H) K⁻¹]ᵢ² in the mean over the area of the variable that observation i is of.</summary>
    /// <param name="model">At the time of the observations.</param>
    /// <param name="residual">At all observations.</param>
    /// <param name="best">The most probable state.</param>
    /// <param name="believed">Which observations are (n').</param>
    /// <param name="states">Gain of latents and patterns, (k + m, n').</param>
    /// <param name="precision">K⁻¹, (n', n').</param>
    /// <returns>(n'), double precision.</returns>
    private static Tensor MeanSquares(GenerativeModel model, ResidualCovariance residual, MostProbableState best, int[] believed, Tensor states, Tensor precision)
    {
        using var scope = NewDisposeScope();
        using var derivatives = new FieldDerivatives(model, best.Z);
        var (areas, reach) = (model.Grid.AreaWeights(), residual.Correlation.Reach(NoCorrelation));
        var means = zeros([believed.Length], float64); // (n')
        foreach (var ofVariable in believed.Select((row, at) => (residual.Places[row].Variable, At: (long)at)).GroupBy(o => o.Variable, o => o.At))
        {
            var (variable, columns) = (ofVariable.Key, tensor(ofVariable.ToArray())); // (n_v)
            var (ofStates, ofPlaces) = (states.index_select(1, columns), precision.index_select(1, columns)); // (k + m, n_v), (n', n_v)
            var (sum, area) = (zeros([columns.shape[0]], float64), 0.0); // (n_v)
            foreach (var cells in GridTiles.Of(model.Grid, cell => float.IsFinite(model.Prior.GeneratorError[variable * model.Grid.Cells + cell])))
            {
                using var ofTile = NewDisposeScope();
                var weights = tensor(Array.ConvertAll(cells, cell => areas[cell])); // (c)
                var patterns = model.Prior.ResidualPatterns.Count == 0 ? zeros(0, cells.Length) : model.Prior.ResidualPatterns.At(tensor(Array.ConvertAll(cells, cell => (long)variable * model.Grid.Cells + cell))); // (m, c)
                var changes = cat([derivatives.At(variable, cells), patterns]).transpose(0, 1).matmul(ofStates); // (c, n_v)
                var (near, covariance) = residual.RemainderBetween(variable, cells, believed, reach); // (p), (c, p)
                if (near.Length > 0)
                {
                    changes.add_(covariance.to(float32).matmul(ofPlaces.index_select(0, tensor(near)))); // (c, n_v)
                }

                sum.add_(weights.matmul(changes.mul_(changes)));
                area += weights.sum().item<float>();
            }

            means.index_copy_(0, columns, sum / area);
        }

        return means.MoveToOuterDisposeScope(); // (n')
    }
}
