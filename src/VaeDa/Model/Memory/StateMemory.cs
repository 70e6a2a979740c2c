using static TorchSharp.torch;

namespace VaeDa.Model.Memory;

/// <summary>
/// How states follow each other: s(t+1) = M s(t) + q, q ~ N(0, I − M Mᵀ), over one step of the archive that the model was
/// trained on. A state s is d numbers of which the prior is N(0, I), and stays so: M takes from the variance what q gives back.
/// </summary>
/// <remarks>
/// The d = k + m numbers are the latents of the model at the state's time, less their mean and over their standard deviation,
/// and then the amplitudes of the residual's patterns.
/// </remarks>
public sealed class StateMemory : IDisposable
{
    private const double LeastTold = 0.01;
    private readonly Lazy<int> _steps; // some products of matrices, which not every use of a model needs

    /// <summary>Makes a memory of its transition.</summary>
    /// <param name="transition">M, shape (d, d), float64, on the CPU; the new object's own. I − M Mᵀ is positive definite.</param>
    /// <param name="oneStepError"><see cref="OneStepError"/>, 0…1.</param>
    /// <param name="remainderCorrelation"><see cref="RemainderCorrelation"/>, 0…1; 0 by default.</param>
    /// <exception cref="ArgumentException">M is not square, or I − M Mᵀ is not positive definite.</exception>
    public StateMemory(Tensor transition, double oneStepError, double remainderCorrelation = 0)
    {
        ArgumentNullException.ThrowIfNull(transition);
        if (transition.dim() != 2 || transition.shape[0] != transition.shape[1])
        {
            throw new ArgumentException($"a transition of shape ({string.Join(", ", transition.shape)}) is not square", nameof(transition));
        }

        using var scope = NewDisposeScope();
        var m = transition.to(float64); // (d, d)
        if (m.shape[0] > 0 && linalg.cholesky_ex(eye(m.shape[0], dtype: float64) - m.matmul(m.transpose(0, 1))).info.item<int>() != 0)
        {
            throw new ArgumentException("the transition takes more from the variance of a state than there is", nameof(transition));
        }

        (Transition, OneStepError, RemainderCorrelation) = (m.DetachFromDisposeScope(), oneStepError, remainderCorrelation);
        _steps = new Lazy<int>(() => StepsOf(Transition));
    }

    /// <summary>M, shape (d, d), float64, on the CPU; this object's own.</summary>
    public Tensor Transition { get; }

    /// <summary>
    /// After how many steps less than a hundredth of a state's variance is told by an earlier state, in the mean of the d numbers;
    /// 1 where one step is enough.
    /// </summary>
    public int Steps => _steps.Value;

    /// <summary>What M leaves of the variance of states after one step, on fields held out from training, in the mean of the d numbers: 0…1, 1 where nothing is told.</summary>
    public double OneStepError { get; }

    /// <summary>
    /// The correlation, from one step to the next, of what the patterns leave of the generator's error, at each place; on fields held out from
    /// training. An analysis takes it to be independent from step to step; its members have it.
    /// </summary>
    public double RemainderCorrelation { get; }

    /// <summary>The transition over several steps, M^n.</summary>
    /// <param name="steps">n, 0 or more.</param>
    /// <returns>(d, d), float64; the caller's own.</returns>
    internal Tensor Power(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return Transition.matrix_power(steps); // (d, d)
    }

    /// <summary>The memory of a state's first numbers alone: of the latents where there are no patterns.</summary>
    /// <param name="size">How many, d at most.</param>
    /// <returns>The caller's own.</returns>
    internal StateMemory Leading(int size)
    {
        using var scope = NewDisposeScope();
        return new StateMemory(Transition.narrow(0, 0, size).narrow(1, 0, size).clone(), OneStepError, RemainderCorrelation);
    }

    /// <inheritdoc/>
    public void Dispose() => Transition.Dispose();

    private static int StepsOf(Tensor transition)
    {
        var steps = 1;
        var power = transition.alias(); // (d, d)
        while (Told(power) > LeastTold)
        {
            using var before = power;
            power = before.matmul(transition);
            steps++;
        }

        power.Dispose();
        return steps;
    }

    /// <summary>The part of a state's variance that another tells, in the mean of the d numbers.</summary>
    private static double Told(Tensor transition)
    {
        using var scope = NewDisposeScope();
        return transition.square().sum().item<double>() / Math.Max(1, transition.shape[0]);
    }
}
