using static TorchSharp.torch;

namespace VaeDa.Model.Memory;

/// <summary>
/// How states follow each other over one step of the archive that the model was trained on: s(t+1) = M s(t) + N (s(t−1) − Mᵀ s(t)) + e, with
/// e ~ N(0, I − M Mᵀ − N (I − Mᵀ M) Nᵀ). A state s is d numbers of which the prior is N(0, I), and stays so: what M and N take from the variance e gives
/// back.
/// </summary>
/// <remarks>
/// <para>
/// The d = k + m numbers are the latents of the model at the state's time, less their mean and over their standard deviation,
/// and then the amplitudes of the residual's patterns.
/// </para>
/// <para>
/// s(t−1) − Mᵀ s(t) is what the state before the last has that the last does not tell of it, so that M is what the last state tells by itself. N says
/// that weather goes on as it went: daily means above all are averages of something that changes smoothly. This is the form of a second-order
/// autoregression in Whittle (1963), Biometrika 50, 129.
/// </para>
/// </remarks>
public sealed class StateMemory : IDisposable
{
    private const double LeastTold = 0.01;
    private readonly Lazy<int> _steps; // some products of matrices, which not every use of a model needs

    /// <summary>Makes a memory of its matrices.</summary>
    /// <param name="transition">M, shape (d, d), float64, on the CPU; the new object's own. I − M Mᵀ is positive definite.</param>
    /// <param name="oneStepError"><see cref="OneStepError"/>, 0…1.</param>
    /// <param name="remainderCorrelation"><see cref="RemainderCorrelation"/>, 0…1; 0 by default.</param>
    /// <param name="second">N, as M; null for 0. The covariance of e is positive definite.</param>
    /// <exception cref="ArgumentException">A matrix is not square or not as large as the other, or a covariance is not positive definite.</exception>
    public StateMemory(Tensor transition, double oneStepError, double remainderCorrelation = 0, Tensor? second = null)
    {
        ArgumentNullException.ThrowIfNull(transition);
        if (transition.dim() != 2 || transition.shape[0] != transition.shape[1])
        {
            throw new ArgumentException($"a transition of shape ({string.Join(", ", transition.shape)}) is not square", nameof(transition));
        }

        if (second is not null && !second.shape.SequenceEqual(transition.shape))
        {
            throw new ArgumentException($"a second transition of shape ({string.Join(", ", second.shape)}) does not go with a transition of shape ({string.Join(", ", transition.shape)})", nameof(second));
        }

        using var scope = NewDisposeScope();
        var (m, n) = (transition.to(float64), second?.to(float64)); // (d, d)
        if (m.shape[0] > 0 && !(IsCovariance(NoiseOf(m, null)) && (n is null || IsCovariance(NoiseOf(m, n)))))
        {
            throw new ArgumentException("the transition takes more from the variance of a state than there is", nameof(transition));
        }

        (Transition, Second, OneStepError, RemainderCorrelation) = (m.DetachFromDisposeScope(), n?.DetachFromDisposeScope(), oneStepError, remainderCorrelation);
        _steps = new Lazy<int>(StepsOf);
    }

    /// <summary>M, shape (d, d), float64, on the CPU; this object's own.</summary>
    public Tensor Transition { get; }

    /// <summary>N, shape (d, d), float64, on the CPU; this object's own. Null where the state before the last tells nothing more.</summary>
    public Tensor? Second { get; }

    /// <summary>
    /// After how many steps less than a hundredth of a state's variance is told by an earlier state, in the mean of the d numbers;
    /// 1 where one step is enough.
    /// </summary>
    public int Steps => _steps.Value;

    /// <summary>What the states before leave of the variance of a state, on fields held out from training, in the mean of the d numbers: 0…1, 1 where nothing is told.</summary>
    public double OneStepError { get; }

    /// <summary>
    /// The correlation, from one step to the next, of what the patterns leave of the generator's error, at each place; on fields held out from
    /// training. An analysis takes it to be independent from step to step; its members have it.
    /// </summary>
    public double RemainderCorrelation { get; }

    /// <summary>
    /// How many independent fields the covariances are worth where dates are analysed as one sequence, above 0: what makes analyses in sequence err as they say. Null: as many as
    /// where each is analysed by itself.
    /// </summary>
    public double? EffectiveSampleSize { get; init; }

    /// <summary>The same memory with another <see cref="EffectiveSampleSize"/>.</summary>
    /// <param name="samples">Above 0; null for that of dates by themselves.</param>
    /// <returns>The caller's own.</returns>
    internal StateMemory WithSampleSize(double? samples) =>
        new(Transition.clone(), OneStepError, RemainderCorrelation, Second?.clone()) { EffectiveSampleSize = samples };

    /// <summary>The weights of the last state and of the one before it in a forecast: M − N Mᵀ and N.</summary>
    /// <returns>(d, d) each, float64, the caller's own; the second null where N is 0.</returns>
    internal (Tensor Last, Tensor? Before) Weights()
    {
        using var scope = NewDisposeScope();
        return Second is null
            ? (Transition.clone().MoveToOuterDisposeScope(), null)
            : ((Transition - Second.matmul(Transition.transpose(0, 1))).MoveToOuterDisposeScope(), Second.clone().MoveToOuterDisposeScope());
    }

    /// <summary>The covariance of e; with one state before alone, that of s(t+1) − M s(t).</summary>
    /// <param name="withSecond">Whether the state before the last is known.</param>
    /// <returns>(d, d), float64; the caller's own.</returns>
    internal Tensor Noise(bool withSecond) => NoiseOf(Transition, withSecond ? Second : null);

    /// <summary>The covariance of a state with the one some steps before it, ⟨s(t+n) s(t)ᵀ⟩: M^n where N is 0. It is what that one state tells of the later one.</summary>
    /// <param name="steps">n, 0 or more.</param>
    /// <returns>(d, d), float64; the caller's own.</returns>
    internal Tensor Covariance(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        using var scope = NewDisposeScope();
        return Covariances().ElementAt(steps).MoveToOuterDisposeScope(); // (d, d)
    }

    /// <summary>Forecasts: the expected states some steps after a state, and after the one before it where that is known.</summary>
    /// <param name="last">(S, d)</param>
    /// <param name="before">(S, d); null where it is not known.</param>
    /// <param name="steps">1 or more.</param>
    /// <returns>(S, d), the caller's own.</returns>
    internal Tensor Ahead(Tensor last, Tensor? before, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var scope = NewDisposeScope();
        var (ofLast, ofBefore) = Weights();
        for (var step = 0; step < steps; step++)
        {
            var next = before is null ? last.matmul(Transition.transpose(0, 1)) : last.matmul(ofLast.transpose(0, 1)); // (S, d)
            if (before is not null && ofBefore is not null)
            {
                next.add_(before.matmul(ofBefore.transpose(0, 1)));
            }

            (before, last) = (last, next);
        }

        return last.MoveToOuterDisposeScope(); // (S, d)
    }

    /// <summary>The memory of a state's first numbers alone: of the latents where there are no patterns.</summary>
    /// <param name="size">How many, d at most.</param>
    /// <returns>The caller's own.</returns>
    internal StateMemory Leading(int size)
    {
        using var scope = NewDisposeScope();
        Tensor Part(Tensor of) => of.narrow(0, 0, size).narrow(1, 0, size); // (s, s)
        var m = Part(Transition).clone(); // (s, s)
        if (Second is null || size == Transition.shape[0])
        {
            return new StateMemory(m, OneStepError, RemainderCorrelation, Second?.clone()) { EffectiveSampleSize = EffectiveSampleSize };
        }

        // Of the covariances over one step and two: N (I − Mᵀ M) = ⟨s(t+2) s(t)ᵀ⟩ − M M.
        var behind = NoiseOf(m.transpose(0, 1), null); // (s, s)
        var second = linalg.solve(behind, (Part(Covariance(2)) - m.matmul(m)).transpose(0, 1)).transpose(0, 1).contiguous(); // (s, s)
        return new StateMemory(m, OneStepError, RemainderCorrelation, second) { EffectiveSampleSize = EffectiveSampleSize };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Transition.Dispose();
        Second?.Dispose();
    }

    private static Tensor NoiseOf(Tensor m, Tensor? n)
    {
        using var scope = NewDisposeScope();
        var identity = eye(m.shape[0], dtype: float64); // (d, d)
        var noise = identity - m.matmul(m.transpose(0, 1)); // (d, d)
        return (n is null ? noise : noise - n.matmul(identity - m.transpose(0, 1).matmul(m)).matmul(n.transpose(0, 1))).MoveToOuterDisposeScope();
    }

    private static bool IsCovariance(Tensor of) => linalg.cholesky_ex(of).info.item<int>() == 0;

    /// <summary>I, M, then each of the two before it; they are the dispose scope's.</summary>
    private IEnumerable<Tensor> Covariances()
    {
        var (last, before) = Weights();
        var (later, earlier) = (Transition.alias(), eye(Transition.shape[0], dtype: float64)); // (d, d)
        for (; ; )
        {
            yield return earlier;
            var next = last.matmul(later); // (d, d)
            if (before is not null)
            {
                next.add_(before.matmul(earlier));
            }

            (later, earlier) = (next, later);
        }
    }

    /// <summary>Counted as long as the part of a state's variance that one other tells, in the mean of the d numbers, is no trifle.</summary>
    private int StepsOf()
    {
        using var scope = NewDisposeScope();
        return Math.Max(1, Covariances().Skip(1).TakeWhile(of => of.square().sum().item<double>() / Math.Max(1, Transition.shape[0]) > LeastTold).Count() + 1);
    }
}
