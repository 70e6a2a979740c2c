using TorchSharp;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>A 3×3 convolution whose output has ⌈H / stride⌉ × ⌈W / stride⌉ cells.</summary>
internal sealed class GridConvolution : nn.Module<Tensor, Tensor>
{
    private const int Kernel = 3;

    // Channels times cells of one state, beyond which no convolution is made whole, and of the strips that it is made in.
    internal const long MostWhole = 1 << 22;
    private const long StripValues = 1 << 20;
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
    /// <param name="size">H and W.</param>
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
        return !x.requires_grad && _stride == new Stride(1, 1) && x.shape[1] * x.shape[2] * x.shape[3] > MostWhole
            ? InStrips(x) // (B, C', H, W)
            : Convolve(x, top, bottom); // (B, C', H/s, W/s)
    }

    /// <summary>
    /// Some rows after others: what a convolution of a large field needs on the way, the field padded and the library's own
    /// copies, is several times the field.
    /// </summary>
    private Tensor InStrips(Tensor x)
    {
        var (height, rows) = (x.shape[2], Math.Max(1, StripValues / (x.shape[1] * x.shape[3])));
        var result = empty([x.shape[0], Weight.shape[0], height, x.shape[3]], x.dtype, x.device); // (B, C', H, W)
        for (var first = 0L; first < height; first += rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(rows, height - first);
            var (above, below) = (first > 0 ? 1 : 0, first + count < height ? 1 : 0);
            var strip = x.narrow(2, first - above, above + count + below); // (B, C, r, W)
            result.narrow(2, first, count).copy_(Convolve(strip, 1 - above, 1 - below)); // (B, C', r, W)
        }

        return result;
    }

    private Tensor Convolve(Tensor x, long top, long bottom)
    {
        using var padded = Padded(x, top, bottom); // (B, C, H+t+b, W+l+r)
        return Convolve(padded); // (B, C', H/s, W/s)
    }

    private Tensor Padded(Tensor x, long top, long bottom)
    {
        var (left, right) = Padding(x.shape[3], _stride.Columns);
        if (_edges == Edges.Zero)
        {
            return nn.functional.pad(x, [left, right, top, bottom]); // (B, C, H+t+b, W+l+r)
        }

        using var wide = nn.functional.pad(x, [left, right, 0, 0], _periodic ? PaddingModes.Circular : PaddingModes.Replicate); // (B, C, H, W+l+r)
        return nn.functional.pad(wide, [0, 0, top, bottom], PaddingModes.Replicate); // (B, C, H+t+b, W+l+r)
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

/// <summary>The number of cells that a convolution steps over in each direction: 2 makes a grid half as fine.</summary>
/// <param name="Rows">The cells from one step to the next from north to south, at least 1.</param>
/// <param name="Columns">The cells from one step to the next from west to east, at least 1.</param>
public readonly record struct Stride(int Rows, int Columns);
