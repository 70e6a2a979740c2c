using FsCheck.Xunit;
using VaeDa.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Time;

public sealed class BlockBandTests
{
    [Property(MaxTest = 50)]
    public bool It_solves_as_the_whole_matrix_does(byte dates, byte size, byte sides, bool isWide, ushort seed)
    {
        var (t, d, s) = (1 + dates % 8, 1 + size % 6, 1 + sides % 4);
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        // L Lᵀ of a lower L of two or three diagonals has no more beside its own, and is positive definite, and no better conditioned than it happens to be.
        var dense = zeros([t * d, t * d], float64); // (T d, T d)
        var lower = zeros_like(dense); // (T d, T d)
        for (var i = 0; i < t; i++)
        {
            Block(lower, i, i).copy_(randn(d, d, float64, generator: generator) + 2 * d * eye(d, dtype: float64));
            if (i > 0)
            {
                Block(lower, i, i - 1).copy_(2 * randn(d, d, float64, generator: generator));
            }

            if (i > 1 && isWide)
            {
                Block(lower, i, i - 2).copy_(randn(d, d, float64, generator: generator));
            }
        }

        dense = lower.matmul(lower.transpose(0, 1));
        using var factor = BlockBand.Factor(t, i => Block(dense, i, i).clone(), i => Block(dense, i + 1, i), i => isWide ? Block(dense, i + 2, i) : null);
        var b = randn(s, t, d, float64, generator: generator); // (S, T, d)
        var before = b.clone(); // (S, T, d)
        var expected = linalg.solve(dense, b.reshape(s, t * d).transpose(0, 1)).transpose(0, 1).reshape(s, t, d); // (S, T, d)
        var found = factor.Solve(b); // (S, T, d)
        var (inverse, behind, areInverse) = (linalg.inv(dense), (BlockBand.InverseBlocks?)null, true); // (T d, T d)
        for (var i = t - 1; i >= 0; i--)
        {
            behind = factor.InverseAt(i, behind);
            areInverse &= behind.Diagonal.allclose(Block(inverse, i, i), rtol: 1e-8, atol: 1e-10)
                && (behind.Below?.allclose(Block(inverse, i + 1, i), rtol: 1e-8, atol: 1e-10) ?? i == t - 1);
        }

        return found.allclose(expected, rtol: 1e-8, atol: 1e-10) && b.Equals(before) && areInverse;

        Tensor Block(Tensor of, int row, int column) => of.narrow(0, row * d, d).narrow(1, column * d, d); // (d, d)
    }

    [Fact]
    public void Over_many_dates_that_hardly_change_the_inverse_stays_a_covariance()
    {
        const int dates = 60;
        using var scope = NewDisposeScope();
        using var memory = RandomMatrix.SecondOrder(20, seed: 1, least: 0.99, most: 0.9995);
        using var prior = new TrajectoryPrior(memory, dates);
        // An observation now and then, of a tenth of the prior's spread.
        using var factor = BlockBand.Factor(dates, t => t % 10 == 0 ? prior.Diagonal(t) + 100 * eye(20, dtype: float64) : prior.Diagonal(t), prior.Below, prior.Second);
        var columns = factor.Solve(eye(20, dtype: float64).unsqueeze(1) * zeros([1, dates, 1], float64).index_fill_(1, tensor(new long[] { 3 }), 1)); // (d, T, d)
        var blocks = (BlockBand.InverseBlocks?)null;
        for (var t = dates - 1; t >= 0; t--)
        {
            blocks = factor.InverseAt(t, blocks);
            Assert.True(linalg.eigvalsh(blocks.Diagonal).min().item<double>() > 0, $"date {t}");
            Assert.True(t != 3 || blocks.Diagonal.allclose(columns.select(1, 3), rtol: 1e-5, atol: 1e-7));
        }
    }

    [Fact]
    public void What_is_not_positive_definite_has_no_factor()
    {
        using var scope = NewDisposeScope();
        // By themselves the blocks on the diagonal are.
        Assert.ThrowsAny<Exception>(() => BlockBand.Factor(2, _ => eye(2, dtype: float64), _ => 1.5 * eye(2, dtype: float64), _ => null));
    }
}
