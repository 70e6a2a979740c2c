using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>A 3×3 convolution as a product: of the values at nine places for each output, and its weights.</summary>
/// <param name="weight">(9·C, C')</param>
/// <param name="bias">(C')</param>
/// <param name="isActivated">Whether a non-linearity follows.</param>
internal sealed class GatheredConvolution(Tensor weight, Tensor bias, bool isActivated) : IDisposable
{
    private const int Taps = 9;
    private readonly Tensor _weight = weight.DetachFromDisposeScope();
    private Tensor? _sources; // (1 or B, s·9), rows of the input; the row after the last is 0

    /// <param name="sources">(s·9), or (B·s·9) if each of the batch has its own; −1 for what lies beyond the edge.</param>
    /// <param name="rows">Of the input.</param>
    /// <param name="batch">B, or 1 if all have the same.</param>
    public void Take(int[] sources, int rows, int batch = 1) =>
        _sources = tensor(Array.ConvertAll(sources, s => s < 0 ? (long)rows : s), device: _weight.device).reshape(batch, -1).DetachFromDisposeScope();

    /// <param name="x">(B, r, C)</param>
    /// <param name="activation">What follows, if any does.</param>
    /// <returns>(B, s, C')</returns>
    public Tensor Apply(Tensor x, Activation activation)
    {
        using var scope = NewDisposeScope();
        var padded = nn.functional.pad(x, [0, 0, 0, 1]); // (B, r + 1, C)
        // By gather, not index_select: its way back adds rows one after another.
        var places = padded.gather(1, _sources!.unsqueeze(2).expand(x.shape[0], -1, x.shape[2])); // (B, s·9, C)
        var product = places.reshape(x.shape[0], -1, Taps * x.shape[2]).matmul(_weight) + bias; // (B, s, C')
        return (isActivated ? activation.Apply(product) : product).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _weight.Dispose();
        _sources?.Dispose();
    }
}
