using FsCheck.Xunit;
using VaeDa.Assimilation.Time;
using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Time;

/// <summary>Against the covariance of whole sequences: I of each state, and of two that are n steps apart that of the memory.</summary>
public sealed class TrajectoryPriorTests
{
    [Property(MaxTest = 30)]
    public bool Its_precision_is_the_inverse_of_the_covariance(byte dates, byte size, bool isOfTwo, ushort seed)
    {
        using var scope = NewDisposeScope();
        var (prior, covariance) = Of(dates, size, isOfTwo, seed);
        using var disposed = prior;
        var (t, d) = (prior.Dates, prior.Size);
        var built = zeros_like(covariance); // (T d, T d)
        for (var i = 0; i < t; i++)
        {
            built.narrow(0, i * d, d).narrow(1, i * d, d).copy_(prior.Diagonal(i));
            if (i > 0)
            {
                Beside(i, i - 1, prior.Below(i - 1));
            }

            if (i > 1 && prior.Second(i - 2) is { } second)
            {
                Beside(i, i - 2, second);
            }
        }

        // Asked twice, the same: what is handed out is the caller's to change.
        prior.Diagonal(0).zero_();
        return built.matmul(covariance).allclose(eye(t * d, dtype: float64), rtol: 0, atol: 1e-8)
            && prior.Diagonal(0).Equals(built.narrow(0, 0, d).narrow(1, 0, d));

        void Beside(int row, int column, Tensor block)
        {
            built.narrow(0, row * d, d).narrow(1, column * d, d).copy_(block);
            built.narrow(0, column * d, d).narrow(1, row * d, d).copy_(block.transpose(0, 1));
        }
    }

    [Property(MaxTest = 30)]
    public bool Products_and_costs_are_those_of_the_precision(byte dates, byte size, bool isOfTwo, ushort seed)
    {
        using var scope = NewDisposeScope();
        var (prior, covariance) = Of(dates, size, isOfTwo, seed);
        using var disposed = prior;
        var (t, d) = (prior.Dates, prior.Size);
        using var generator = new Generator((ulong)seed + 1);
        var x = randn(3, t, d, float64, generator: generator); // (S, T, d)
        var expected = linalg.solve(covariance, x.reshape(3, t * d).transpose(0, 1)).transpose(0, 1).reshape(3, t, d); // (S, T, d)
        var costs = prior.Costs(x); // (S, T)
        return prior.Apply(x).allclose(expected, rtol: 1e-7, atol: 1e-8)
            && costs.sum(1).allclose(0.5 * (x * expected).sum([1, 2]), rtol: 1e-7, atol: 1e-8)
            && costs.select(1, 0).allclose(0.5 * x.select(1, 0).square().sum(1))
            && costs.ge(0).all().item<bool>();
    }

    [Property(MaxTest = 30)]
    public bool Draws_have_the_covariance(byte dates, byte size, bool isOfTwo, ushort seed)
    {
        using var scope = NewDisposeScope();
        var (prior, covariance) = Of(dates, size, isOfTwo, seed);
        using var disposed = prior;
        var whole = prior.Dates * prior.Size;
        var factor = prior.Draw(eye(whole, dtype: float64).reshape(whole, prior.Dates, prior.Size)).reshape(whole, whole); // (T d, T d), Fᵀ
        return factor.transpose(0, 1).matmul(factor).allclose(covariance, rtol: 0, atol: 1e-10);
    }

    private static (TrajectoryPrior Prior, Tensor Covariance) Of(byte dates, byte size, bool isOfTwo, ushort seed)
    {
        var (d, t) = (1 + size % 5, 1 + dates % 7);
        using var memory = isOfTwo ? RandomMatrix.SecondOrder(d, seed) : new StateMemory(RandomMatrix.Transition(d, seed), 0.5);
        var rows = Enumerable.Range(0, t).Select(row => cat([.. Enumerable.Range(0, t).Select(column => row >= column ? memory.Covariance(row - column) : memory.Covariance(column - row).transpose(0, 1))], 1)); // (d, T d) each
        return (new TrajectoryPrior(memory, t), cat([.. rows]));
    }
}
