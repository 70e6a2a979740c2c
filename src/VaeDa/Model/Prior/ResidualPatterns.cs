using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// P: patterns of the generator's error, (m, N), units of the variables, of amplitudes with variance 1; m may be 0. They are held as the
/// model file has them, two bytes a value, and without a factor that they have by place: what is asked for is made of that.
/// </summary>
public sealed class ResidualPatterns : IDisposable
{
    private const int ValuesInPart = 1 << 22;
    private readonly Tensor _values; // (m, N), float16 or float32
    private readonly Tensor? _deviation; // (N)

    /// <param name="values">(m, N); the new object's own.</param>
    public ResidualPatterns(Tensor values) => _values = (values ?? throw new ArgumentNullException(nameof(values))).DetachFromDisposeScope();

    private ResidualPatterns(Tensor values, float[] deviation)
        : this(values) => _deviation = tensor(deviation).DetachFromDisposeScope();

    /// <summary>No patterns at all.</summary>
    public static ResidualPatterns None => new(zeros(0, 0));

    /// <summary>m.</summary>
    public int Count => (int)_values.shape[0];

    /// <summary>At neighbouring cells.</summary>
    /// <param name="first">Of the N.</param>
    /// <returns>(m, c), single precision.</returns>
    public Tensor Part(long first, long count)
    {
        using var scope = NewDisposeScope();
        return Made(_values.narrow(1, first, count), _deviation?.narrow(0, first, count)).MoveToOuterDisposeScope(); // (m, c)
    }

    /// <summary>At any cells.</summary>
    /// <param name="cells">Of the N, (c).</param>
    /// <returns>(m, c), single precision.</returns>
    public Tensor At(Tensor cells)
    {
        using var scope = NewDisposeScope();
        return Made(_values.index_select(1, cells), _deviation?.index_select(0, cells)).MoveToOuterDisposeScope(); // (m, c)
    }

    /// <summary>At all cells, (m, N), single precision.</summary>
    public Tensor Whole() => Part(0, _values.shape[1]); // (m, N)

    /// <summary>Σ P², (N).</summary>
    public Tensor Variance()
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
    public ResidualPatterns Times(float[]? deviation)
    {
        using var scope = NewDisposeScope();
        return deviation is null || Count == 0 ? Shared()
            : _deviation is null ? new ResidualPatterns(_values.alias(), deviation)
            : new ResidualPatterns(Whole(), deviation);

        ResidualPatterns Shared() => _deviation is null ? new ResidualPatterns(_values.alias()) : new ResidualPatterns(_values.alias(), _deviation.data<float>().ToArray());
    }

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
