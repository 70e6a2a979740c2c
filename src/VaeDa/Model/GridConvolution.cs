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

    /// <summary>(9·C, C'), a place after another.</summary>
    public Tensor TapWeight => conv.weight!.permute(2, 3, 1, 0).flatten(0, 2).contiguous();

    /// <summary>The nine cells that each output is made of, at stride 1; −1 for zeros beyond the edge.</summary>
    /// <param name="cells">Outputs (s), of the H × W.</param>
    /// <returns>(s·9)</returns>
    public int[] Sources(IReadOnlyList<int> cells, (int Rows, int Columns) size)
    {
        var sources = new int[Kernel * Kernel * cells.Count];
        for (var i = 0; i < sources.Length; i++)
        {
            var (cell, tap) = (cells[i / (Kernel * Kernel)], i % (Kernel * Kernel));
            var (row, column) = (cell / size.Columns + tap / Kernel - 1, cell % size.Columns + tap % Kernel - 1);
            if (_edges == Edges.Wrap)
            {
                row = Math.Clamp(row, 0, size.Rows - 1);
                column = _periodic ? (column + size.Columns) % size.Columns : Math.Clamp(column, 0, size.Columns - 1);
            }

            sources[i] = row < 0 || row >= size.Rows || column < 0 || column >= size.Columns ? -1 : row * size.Columns + column;
        }

        return sources;
    }

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
