using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>The transpose of <see cref="GridConvolution"/> with zero edges: 3×3, onto a level of a given size.</summary>
internal sealed class TransposedConvolution : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.ConvTranspose2d conv;
    private readonly (int Rows, int Columns) _size;
    private readonly (long Top, long Left) _crop;

    public TransposedConvolution(int inputs, int outputs, Stride stride, (int Rows, int Columns) size)
        : base(nameof(TransposedConvolution))
    {
        _size = size;
        _crop = (GridConvolution.Padding(size.Rows, stride.Rows).Before, GridConvolution.Padding(size.Columns, stride.Columns).Before);
        conv = nn.ConvTranspose2d(inputs, outputs, kernel_size: (3, 3), stride: (stride.Rows, stride.Columns));
        RegisterComponents();
    }

    /// <param name="x">(B, C, h, w)</param>
    /// <returns>(B, C', H, W)</returns>
    public override Tensor forward(Tensor x)
    {
        using var full = conv.call(x); // (B, C', (h−1)s+3, (w−1)s+3)
        return full.narrow(2, _crop.Top, _size.Rows).narrow(3, _crop.Left, _size.Columns); // (B, C', H, W)
    }
}
