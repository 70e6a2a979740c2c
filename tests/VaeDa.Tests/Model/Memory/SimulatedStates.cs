using VaeDa.Assimilation.Time;
using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Memory;

/// <summary>States that follow each other by a known M, with the stationary distribution N(0, I).</summary>
internal static class SimulatedStates
{
    /// <param name="transition">M, (d, d).</param>
    /// <returns>(count, d)</returns>
    public static Tensor Of(Tensor transition, int count, int seed)
    {
        using var memory = new StateMemory(transition.clone(), 0.5);
        return Of(memory, count, seed);
    }

    /// <returns>(count, d)</returns>
    public static Tensor Of(StateMemory memory, int count, int seed)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)seed);
        using var prior = new TrajectoryPrior(memory, count);
        return prior.Draw(randn(1, count, memory.Transition.shape[0], float64, generator: random)).squeeze(0).MoveToOuterDisposeScope(); // (T, d)
    }

    /// <summary>Each pair of numbers turns about 0 and fades, and the first pair drives the others: not symmetric, and not diagonal.</summary>
    public static Tensor Turning(int pairs)
    {
        var m = zeros(2 * pairs, 2 * pairs, float64);
        for (var p = 0; p < pairs; p++)
        {
            var (size, angle) = (0.85 - 0.1 * p, 0.4 + 0.3 * p);
            m[2 * p, 2 * p] = m[2 * p + 1, 2 * p + 1] = tensor(size * Math.Cos(angle), float64);
            m[2 * p, 2 * p + 1] = tensor(-size * Math.Sin(angle), float64);
            m[2 * p + 1, 2 * p] = tensor(size * Math.Sin(angle), float64);
            if (p > 0)
            {
                m[2 * p, 0] = tensor(0.2, float64);
            }
        }

        return m;
    }
}
