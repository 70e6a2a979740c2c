using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// Sequences of states one step apart, of which each remembers those before it (<see cref="StateMemory"/>): s_1 ~ N(0, I), s_2 by M alone, and then
/// s_t = (M − N Mᵀ) s_{t−1} + N s_{t−2} + e_t, so that each state by itself is N(0, I). The precision of a whole sequence, Λ, has blocks on its diagonal
/// and up to two beside it alone.
/// </summary>
internal sealed class TrajectoryPrior : IDisposable
{
    private readonly Tensor? _first; // (d, d); null for I
    private readonly Link? _second; // of the second state
    private readonly Link? _later;

    /// <param name="memory">Not disposed here.</param>
    /// <param name="dates">T, at least 1.</param>
    public TrajectoryPrior(StateMemory memory, int dates)
    {
        using var scope = NewDisposeScope();
        (Size, Dates) = ((int)memory.Transition.shape[0], dates);
        var (last, before) = memory.Weights();
        _second = new Link([memory.Transition], memory.Noise(withSecond: false));
        _later = before is null ? _second : new Link([last, before], memory.Noise(withSecond: true));
    }

    /// <summary>Of one state by itself.</summary>
    /// <param name="precision">(d, d), the new object's own.</param>
    public TrajectoryPrior(Tensor precision) => (Size, Dates, _first) = ((int)precision.shape[0], 1, precision);

    /// <summary>d, of one state.</summary>
    public int Size { get; }

    /// <summary>T.</summary>
    public int Dates { get; }

    /// <summary>Λ's block on the diagonal, (d, d); the caller's own.</summary>
    /// <param name="t">From 0.</param>
    public Tensor Diagonal(int t)
    {
        var block = t == 0 ? _first?.clone() ?? eye(Size, dtype: float64) : zeros([Size, Size], float64); // (d, d)
        return Sum(block, t, t);
    }

    /// <summary>Λ's block in row t + 1 and column t, (d, d); the caller's own.</summary>
    /// <param name="t">From 0.</param>
    public Tensor Below(int t) => Sum(zeros([Size, Size], float64), t + 1, t);

    /// <summary>Λ's block in row t + 2 and column t, (d, d), the caller's own; null where it is 0.</summary>
    /// <param name="t">From 0.</param>
    public Tensor? Second(int t) => LinkOf(t + 2).Order < 2 ? null : Sum(zeros([Size, Size], float64), t + 2, t);

    /// <summary>Λ x for each sequence.</summary>
    /// <param name="x">(S, T, d)</param>
    /// <returns>(S, T, d)</returns>
    public Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        var result = zeros_like(x); // (S, T, d)
        result.select(1, 0).copy_(OfFirst(x));
        for (var t = 1; t < Dates; t++)
        {
            using var inner = NewDisposeScope();
            var link = LinkOf(t);
            var weight = link.Noise(x, t).matmul(link.Inverse); // (S, d)
            result.select(1, t).add_(weight);
            for (var n = 1; n <= link.Order; n++)
            {
                result.select(1, t - n).sub_(weight.matmul(link.Weights[n - 1]));
            }
        }

        return result.MoveToOuterDisposeScope();
    }

    /// <summary>What each state adds to ½ xᵀ Λ x: ½ s_1ᵀ s_1, then ½ eᵀ Q⁻¹ e of each step, with Q the covariance of e.</summary>
    /// <param name="x">(S, T, d)</param>
    /// <returns>(S, T)</returns>
    public Tensor Costs(Tensor x)
    {
        using var scope = NewDisposeScope();
        var costs = new List<Tensor> { 0.5 * (x.select(1, 0) * OfFirst(x)).sum(1) }; // (S)
        for (var t = 1; t < Dates; t++)
        {
            var e = LinkOf(t).Noise(x, t); // (S, d)
            costs.Add(0.5 * (e * e.matmul(LinkOf(t).Inverse)).sum(1));
        }

        return stack(costs, 1).MoveToOuterDisposeScope(); // (S, T)
    }

    /// <summary>A sequence that follows from white noise, a date's state from its own noise and the states before.</summary>
    /// <param name="noise">N(0, I), (S, T, d).</param>
    /// <returns>(S, T, d)</returns>
    public Tensor Draw(Tensor noise)
    {
        using var scope = NewDisposeScope();
        var states = noise.clone(); // (S, T, d)
        for (var t = 1; t < Dates; t++)
        {
            using var inner = NewDisposeScope();
            var link = LinkOf(t);
            var state = noise.select(1, t).matmul(link.Factor.transpose(0, 1)); // (S, d)
            for (var n = 1; n <= link.Order; n++)
            {
                state.add_(states.select(1, t - n).matmul(link.Weights[n - 1].transpose(0, 1)));
            }

            states.select(1, t).copy_(state);
        }

        return states.MoveToOuterDisposeScope(); // (S, T, d)
    }

    public void Dispose()
    {
        _first?.Dispose();
        _second?.Dispose();
        if (!ReferenceEquals(_later, _second))
        {
            _later?.Dispose();
        }
    }

    private Link LinkOf(int t) => t == 1 ? _second! : _later!;

    /// <summary>A block and what the noise of each state that both its dates tell of adds to it.</summary>
    private Tensor Sum(Tensor block, int row, int column)
    {
        for (var t = row; t < Dates; t++)
        {
            if (t > 0 && t - column <= LinkOf(t).Order)
            {
                block.add_(LinkOf(t).Product(t - row, t - column));
            }
        }

        return block;
    }

    /// <summary>The first state's precision times each first state.</summary>
    /// <returns>(S, d)</returns>
    private Tensor OfFirst(Tensor x) => _first is null ? x.select(1, 0) : x.select(1, 0).matmul(_first);

    /// <summary>How a state follows from those before it: s_t = Σ A_n s_{t−n} + e, e ~ N(0, Q).</summary>
    private sealed class Link : IDisposable
    {
        private readonly Tensor[] _products; // C_iᵀ Q⁻¹ C_j, (d, d) each, C_0 = I and C_n = −A_n

        /// <param name="weights">A_n, (d, d) each.</param>
        /// <param name="noise">Q, (d, d).</param>
        public Link(IReadOnlyList<Tensor> weights, Tensor noise)
        {
            using var scope = NewDisposeScope();
            var factor = linalg.cholesky(noise); // (d, d)
            Weights = [.. weights.Select(a => a.clone().DetachFromDisposeScope())];
            Inverse = cholesky_inverse(factor).DetachFromDisposeScope();
            Tensor[] c = [eye(noise.shape[0], dtype: float64), .. Weights.Select(a => -a)]; // (d, d) each
            _products = [.. from left in c from right in c select left.transpose(0, 1).matmul(Inverse).matmul(right).DetachFromDisposeScope()];
            Factor = factor.DetachFromDisposeScope();
        }

        /// <summary>A_n from n = 1, (d, d) each.</summary>
        public Tensor[] Weights { get; }

        /// <summary>Q's Cholesky factor, (d, d).</summary>
        public Tensor Factor { get; }

        /// <summary>Q⁻¹, (d, d).</summary>
        public Tensor Inverse { get; }

        /// <summary>States before that one follows from.</summary>
        public int Order => Weights.Length;

        public Tensor Product(int i, int j) => _products[i * (Order + 1) + j];

        /// <summary>e of a date, (S, d).</summary>
        public Tensor Noise(Tensor x, int t)
        {
            using var scope = NewDisposeScope();
            var e = x.select(1, t).clone(); // (S, d)
            for (var n = 1; n <= Order; n++)
            {
                e.sub_(x.select(1, t - n).matmul(Weights[n - 1].transpose(0, 1)));
            }

            return e.MoveToOuterDisposeScope();
        }

        public void Dispose()
        {
            foreach (var tensor in Weights.Concat(_products).Append(Factor).Append(Inverse))
            {
                tensor.Dispose();
            }
        }
    }
}
