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
}
