using TorchSharp;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>A 3×3 convolution whose output has ⌈H / stride⌉ × ⌈W / stride⌉ cells.</summary>
internal sealed class GridConvolution : nn.Module<Tensor, Tensor>
{
    private const int Kernel = 3;
    private readonly TorchSharp.Modules.Conv2d conv;
    private readonly Stride _stride;
    private readonly Edges _edges;
    private readonly bool _periodic;

    public GridConvolution(int inputs, int outputs, Stride stride, Edges edges, bool periodic)
        : base(nameof(GridConvolution))
    {
        (_stride, _edges, _periodic) = (stride, edges, periodic);
        conv = nn.Conv2d(inputs, outputs, kernel_size: (Kernel, Kernel), stride: (stride.Rows, stride.Columns));
        RegisterComponents();
    }

    public Tensor Weight => conv.weight!;

    public Tensor Bias => conv.bias!;

    /// <param name="x">(B, C, H, W)</param>
    /// <returns>(B, C', ⌈H/s⌉, ⌈W/s⌉)</returns>
    public override Tensor forward(Tensor x)
    {
        var (top, bottom) = Padding(x.shape[2], _stride.Rows);
        var (left, right) = Padding(x.shape[3], _stride.Columns);
        if (_edges == Edges.Zero)
        {
            return Convolve(nn.functional.pad(x, [left, right, top, bottom])); // (B, C', H/s, W/s)
        }

        using var wide = nn.functional.pad(x, [left, right, 0, 0], _periodic ? PaddingModes.Circular : PaddingModes.Replicate); // (B, C, H, W+l+r)
        using var padded = nn.functional.pad(wide, [0, 0, top, bottom], PaddingModes.Replicate); // (B, C, H+t+b, W+l+r)
        return Convolve(padded); // (B, C', H/s, W/s)
    }

    // In the precision of what comes in: the weights are rounded to it for the occasion.
    private Tensor Convolve(Tensor x) => x.dtype == ScalarType.Float32
        ? conv.call(x)
        : nn.functional.conv2d(x, Weight.to(x.dtype), Bias.to(x.dtype), strides: [_stride.Rows, _stride.Columns]); // (B, C', H/s, W/s)

    /// <summary>Cells added before and after an axis; the odd one goes after, as 'same' does in the reference system.</summary>
    public static (long Before, long After) Padding(long size, int stride)
    {
        var total = Math.Max(((size + stride - 1) / stride - 1) * stride + Kernel - size, 0);
        return (total / 2, total - total / 2);
    }
}
