using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>H D(z): of a large field only the cells that the observations touch are generated.</summary>
/// <param name="model">Not disposed here.</param>
internal sealed class ObservedGenerator : IDisposable
{
    private readonly GenerativeModel _model;
    private readonly int[] _cells;
    private readonly ICellDecoder? _decoder; // null: whole fields
    private readonly Tensor _scale; // (1, V, c), or (1, V, 1)
    private readonly ObservationOperator _operator; // of the decoder's cells, or of whole fields
    private readonly Lazy<ILocalJacobian?> _jacobian;

    public ObservedGenerator(GenerativeModel model, ObservationOperator h)
    {
        _model = model;
        _cells = [.. h.Indices.Select(i => (int)(i % model.Grid.Cells)).Distinct()];
        _decoder = model.Autoencoder.At(_cells);
        _scale = model.ScaleAt(_cells).DetachFromDisposeScope();
        _operator = _decoder is null ? h : h.Within(_cells, model.Grid.Cells);
        _jacobian = new(() => _decoder is null ? null : model.JacobianOf(h.Indices, h.Weights, h.Indices.Length / h.Count));
    }

    /// <summary>Differentiable; on the model's device.</summary>
    /// <param name="z">(B, k), single precision.</param>
    /// <returns>(B, n)</returns>
    public Tensor Equivalents(Tensor z)
    {
        using var fields = _decoder is null ? _model.Decode(z) : _model.Decode(z, _decoder, _scale); // (B, N) or (B, V, c)
        return _operator.Apply(fields); // (B, n)
    }

    /// <summary>H times the generator's linear part, (n, k), on the model's device; null if it has none.</summary>
    public Tensor? LinearJacobian()
    {
        using var scope = NewDisposeScope();
        return (_decoder is null ? _model.LinearPatterns() : _model.LinearPatterns(_cells)) is { } patterns // (k, N) or (k, V, c)
            ? _operator.Apply(patterns).transpose(0, 1).MoveToOuterDisposeScope() // (n, k)
            : null;
    }

    /// <summary>Of a large field, exact, by each observation's own pass back; null where differences cost no more.</summary>
    /// <param name="z">(1, k), single precision.</param>
    /// <returns>(n, k), on the model's device.</returns>
    public Tensor? Jacobian(Tensor z) => _jacobian.Value?.At(z);

    public void Dispose()
    {
        _decoder?.Dispose();
        _scale.Dispose();
        if (_jacobian.IsValueCreated)
        {
            _jacobian.Value?.Dispose();
        }
    }
}
