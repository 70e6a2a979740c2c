using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// Sequences of states of which each remembers the one before: s_1 ~ N(0, I), s_{t+1} = Φ_t s_t + q_t, q_t ~ N(0, Q_t), with
/// Φ_t = M^n over n steps and Q_t = I − Φ_t Φ_tᵀ, so that each state by itself is N(0, I). The precision of a whole sequence, Λ, has blocks on
/// its diagonal and beside it alone.
/// </summary>
internal sealed class TrajectoryPrior : IDisposable
{
    private readonly int[] _steps; // (T − 1)
    private readonly Tensor? _first; // (d, d); null for I
    private readonly Dictionary<int, Link> _links;

    /// <param name="size">d.</param>
    /// <param name="power">M to a power, (d, d), double precision, the caller's own.</param>
    /// <param name="steps">Between successive states, (T − 1), each at least 1.</param>
    /// <param name="first">The precision of the first state, (d, d), the new object's own; null for I.</param>
    public TrajectoryPrior(int size, Func<int, Tensor> power, IReadOnlyList<int> steps, Tensor? first = null)
    {
        (Size, _steps, _first) = (size, [.. steps], first);
        _links = _steps.Distinct().ToDictionary(n => n, n =>
        {
            using var scope = NewDisposeScope();
            var phi = power(n); // (d, d)
            var factor = linalg.cholesky(eye(size, dtype: float64) - phi.matmul(phi.transpose(0, 1))); // (d, d), of Q
            var half = linalg.solve_triangular(factor, phi, upper: false); // (d, d)
            var inverse = cholesky_inverse(factor); // (d, d)
            return new Link(
                phi.DetachFromDisposeScope(),
                factor.DetachFromDisposeScope(),
                inverse.DetachFromDisposeScope(),
                half.transpose(0, 1).matmul(half).DetachFromDisposeScope(),
                (-inverse.matmul(phi)).DetachFromDisposeScope());
        });
    }

    /// <summary>d, of one state.</summary>
    public int Size { get; }

    /// <summary>T.</summary>
    public int Dates => _steps.Length + 1;

    /// <summary>Λ's block on the diagonal, (d, d); the caller's own.</summary>
    /// <param name="t">From 0.</param>
    public Tensor Diagonal(int t)
    {
        var own = t == 0 ? _first?.clone() ?? eye(Size, dtype: float64) : _links[_steps[t - 1]].Inverse.clone(); // (d, d)
        return t == _steps.Length ? own : own.add_(_links[_steps[t]].Before); // (d, d)
    }

    /// <summary>Λ's block in row t + 1 and column t, (d, d).</summary>
    /// <param name="t">From 0.</param>
    public Tensor Below(int t) => _links[_steps[t]].Below;

    /// <summary>Λ x for each sequence.</summary>
    /// <param name="x">(S, T, d)</param>
    /// <returns>(S, T, d)</returns>
    public Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        var result = x.clone(); // (S, T, d)
        result.select(1, 0).copy_(OfFirst(x));
        for (var t = 0; t < _steps.Length; t++)
        {
            using var inner = NewDisposeScope();
            var link = _links[_steps[t]];
            var q = x.select(1, t + 1) - x.select(1, t).matmul(link.Phi.transpose(0, 1)); // (S, d)
            var weight = q.matmul(link.Inverse); // (S, d)
            result.select(1, t + 1).copy_(weight);
            result.select(1, t).sub_(weight.matmul(link.Phi));
        }

        return result.MoveToOuterDisposeScope();
    }

    /// <summary>What each state adds to ½ xᵀ Λ x: ½ s_1ᵀ s_1, then ½ qᵀ Q⁻¹ q of each step.</summary>
    /// <param name="x">(S, T, d)</param>
    /// <returns>(S, T)</returns>
    public Tensor Costs(Tensor x)
    {
        using var scope = NewDisposeScope();
        var costs = new List<Tensor> { 0.5 * (x.select(1, 0) * OfFirst(x)).sum(1) }; // (S)
        for (var t = 0; t < _steps.Length; t++)
        {
            var link = _links[_steps[t]];
            var q = x.select(1, t + 1) - x.select(1, t).matmul(link.Phi.transpose(0, 1)); // (S, d)
            costs.Add(0.5 * (q * q.matmul(link.Inverse)).sum(1));
        }

        return stack(costs, 1).MoveToOuterDisposeScope(); // (S, T)
    }

    /// <summary>A sequence that follows from white noise, a date's state from its own noise and the state before.</summary>
    /// <param name="noise">N(0, I), (S, T, d).</param>
    /// <returns>(S, T, d)</returns>
    public Tensor Draw(Tensor noise)
    {
        using var scope = NewDisposeScope();
        var states = new List<Tensor> { noise.select(1, 0) }; // (S, d)
        for (var t = 0; t < _steps.Length; t++)
        {
            var link = _links[_steps[t]];
            states.Add(states[t].matmul(link.Phi.transpose(0, 1)) + noise.select(1, t + 1).matmul(link.Factor.transpose(0, 1)));
        }

        return stack(states, 1).MoveToOuterDisposeScope(); // (S, T, d)
    }

    public void Dispose()
    {
        _first?.Dispose();
        foreach (var link in _links.Values)
        {
            link.Dispose();
        }
    }

    /// <summary>The first state's precision times each first state.</summary>
    /// <returns>(S, d)</returns>
    private Tensor OfFirst(Tensor x) => _first is null ? x.select(1, 0) : x.select(1, 0).matmul(_first);

    /// <param name="Phi">Φ, (d, d).</param>
    /// <param name="Factor">Q's Cholesky factor, (d, d).</param>
    /// <param name="Inverse">Q⁻¹, (d, d).</param>
    /// <param name="Before">Φᵀ Q⁻¹ Φ, (d, d).</param>
    /// <param name="Below">−Q⁻¹ Φ, (d, d).</param>
    private sealed record Link(Tensor Phi, Tensor Factor, Tensor Inverse, Tensor Before, Tensor Below) : IDisposable
    {
        public void Dispose()
        {
            Phi.Dispose();
            Factor.Dispose();
            Inverse.Dispose();
            Before.Dispose();
            Below.Dispose();
        }
    }
}
