using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// The patterns of the generator's error, P, shape (m, N), in the units of the variables: the error is Pᵀ a, with independent
/// amplitudes a of variance 1, plus a remainder whose correlation depends on distance alone. m may be 0.
/// </summary>
/// <remarks>
/// They are held as the model file has them, two bytes a value, and without a factor that they have by place: what is asked for is
/// made of that.
/// </remarks>
public sealed class ResidualPatterns : IDisposable
{
    private const int ValuesInPart = 1 << 22;
    private readonly Tensor _values; // (m, N), float16 or float32
    private readonly Tensor? _deviation; // (N)

    /// <param name="values">(m, N); the new object's own.</param>
    internal ResidualPatterns(Tensor values) => _values = (values ?? throw new ArgumentNullException(nameof(values))).DetachFromDisposeScope();

    private ResidualPatterns(Tensor values, float[] deviation)
        : this(values) => _deviation = tensor(deviation).DetachFromDisposeScope();

    /// <summary>No patterns at all.</summary>
    internal static ResidualPatterns None => new(zeros(0, 0));

    /// <summary>The number of patterns, m.</summary>
    public int Count => (int)_values.shape[0];

    /// <summary>At neighbouring cells.</summary>
    /// <param name="first">Of the N.</param>
    /// <param name="count">c.</param>
    /// <returns>(m, c), single precision.</returns>
    internal Tensor Part(long first, long count)
    {
        using var scope = NewDisposeScope();
        return Made(_values.narrow(1, first, count), _deviation?.narrow(0, first, count)).MoveToOuterDisposeScope(); // (m, c)
    }

    /// <summary>At any cells.</summary>
    /// <param name="cells">Of the N, (c).</param>
    /// <returns>(m, c), single precision.</returns>
    internal Tensor At(Tensor cells)
    {
        using var scope = NewDisposeScope();
        return Made(_values.index_select(1, cells), _deviation?.index_select(0, cells)).MoveToOuterDisposeScope(); // (m, c)
    }

    /// <summary>The patterns at all cells.</summary>
    /// <returns>A new tensor, shape (m, N) with N = V·H·W, single precision, in the units of the variables; the caller's own.</returns>
    public Tensor Whole() => Part(0, _values.shape[1]); // (m, N)

    /// <summary>Σ P², (N).</summary>
    internal Tensor Variance()
    {
        using var scope = NewDisposeScope();
        var (n, together) = (_values.shape[1], Math.Max(1, ValuesInPart / Math.Max(1, Count)));
        var parts = new List<Tensor>();
        for (var first = 0L; first < n; first += together)
        {
            using var part = Part(first, Math.Min(together, n - first)); // (m, c)
            parts.Add(part.mul_(part).sum([0])); // (c)
        }

        return cat(parts).MoveToOuterDisposeScope(); // (N)
    }

    /// <summary>The same, larger or smaller by place; the values are shared.</summary>
    /// <param name="deviation">(N); null: as they are.</param>
    /// <returns>The caller's own.</returns>
    internal ResidualPatterns Times(float[]? deviation)
    {
        using var scope = NewDisposeScope();
        return deviation is null || Count == 0 ? Shared()
            : _deviation is null ? new ResidualPatterns(_values.alias(), deviation)
            : new ResidualPatterns(Whole(), deviation);

        ResidualPatterns Shared() => _deviation is null ? new ResidualPatterns(_values.alias()) : new ResidualPatterns(_values.alias(), _deviation.data<float>().ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        _deviation?.Dispose();
    }

    /// <returns>Never the values themselves.</returns>
    private static Tensor Made(Tensor values, Tensor? deviation)
    {
        var single = values.to(float32, copy: true); // (m, c)
        return deviation is null ? single : single.mul_(deviation); // (m, c)
    }
}
