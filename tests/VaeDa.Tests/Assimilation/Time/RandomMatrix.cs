using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Time;

internal static class RandomMatrix
{
    /// <summary>A transition with singular values between two bounds, its directions random, so that it is no normal matrix.</summary>
    /// <returns>(d, d), double precision.</returns>
    public static Tensor Transition(int size, int seed, double least = 0, double most = 0.95)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var values = least + (most - least) * rand(size, float64, generator: generator); // (d)
        return (Orthogonal() * values).matmul(Orthogonal()).MoveToOuterDisposeScope(); // (d, d)

        Tensor Orthogonal() => linalg.qr(randn(size, size, float64, generator: generator)).Q; // (d, d)
    }

    /// <summary>A memory of two states, as random as the transition.</summary>
    /// <param name="size">d.</param>
    /// <param name="seed">Of both matrices.</param>
    /// <param name="least">Of the transition's singular values, and of the partial autocorrelation's.</param>
    /// <param name="most">The same.</param>
    /// <param name="remainder">φ.</param>
    public static StateMemory SecondOrder(int size, int seed, double least = 0, double most = 0.95, double remainder = 0)
    {
        using var scope = NewDisposeScope();
        var (m, p, identity) = (Transition(size, seed, least, most), Transition(size, seed + 1, least, most), eye(size, dtype: float64)); // (d, d) each
        var (ahead, behind) = (linalg.cholesky(identity - m.matmul(m.transpose(0, 1))), linalg.cholesky(identity - m.transpose(0, 1).matmul(m))); // (d, d)
        return new StateMemory(m, 0.5, remainder, ahead.matmul(p).matmul(linalg.inv(behind)));
    }
}
