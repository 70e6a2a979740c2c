using TorchSharp;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>A 3×3 convolution whose output has ⌈H / stride⌉ × ⌈W / stride⌉ cells.</summary>
internal sealed class GridConvolution : nn.Module<Tensor, Tensor>
{
    private const int Kernel = 3;

    // Channels times cells of one state, beyond which no convolution is made whole, and of the strips that it is made in.
    internal const long MostWhole = 1 << 22;
    private const long StripValues = 1 << 20;

    // Which of the 3×3 weights go to which of the 2×2 of each quarter, (9, 2·2·2·2): in even rows and columns of the outputs the second
    // and the third fall on the same cell, in odd ones the first and the second.
    private static readonly float[] TapsOfQuarters =
    [
        .. from tap in Enumerable.Range(0, Kernel * Kernel)
           from quarter in Enumerable.Range(0, 4)
           from cell in Enumerable.Range(0, 4)
           select Falls(tap / Kernel, quarter / 2, cell / 2) && Falls(tap % Kernel, quarter % 2, cell % 2) ? 1f : 0f,
    ];

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
        return _stride == new Stride(1, 1) && IsInStrips(x.shape[2] * x.shape[3], x)
            ? InStrips(x) // (B, C', H, W)
            : Convolve(x, top, bottom); // (B, C', H/s, W/s)
    }

    /// <summary>Whether fields of so many cells are too large to be made whole.</summary>
    /// <param name="cells">Of what is convolved.</param>
    /// <param name="x">Of its channels.</param>
    public static bool IsInStrips(long cells, Tensor x) => !x.requires_grad && x.shape[1] * cells > MostWhole;

    /// <summary>
    /// The convolution of the field whose every cell is repeated in two rows and two columns. The nine cells that an output is made of
    /// are four of the coarse field's, and which ones repeats from output to output: four kernels of 2×2, each of them for a quarter of the outputs.
    /// </summary>
    /// <param name="x">(B, C, H, W)</param>
    /// <returns>(B, C', 2H, 2W)</returns>
    public Tensor OfDoubled(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (x.shape[2], x.shape[3]);
        var (outputs, inputs) = (Weight.shape[0], Weight.shape[1]);
        var quarters = Weight.flatten(2, 3).matmul(tensor(TapsOfQuarters, [Kernel * Kernel, 16]).to(Weight.device)).reshape(outputs, inputs, 4, 2, 2).permute(2, 0, 1, 3, 4).flatten(0, 1); // (4C', C, 2, 2)
        var made = Convolution.Of(Padded(x, 1, 1), quarters.to(x.dtype), Bias.repeat(4).to(x.dtype), 1, 1); // (B, 4C', H+1, W+1)
        // In the order in which they lie in memory.
        var isLast = Convolution.IsChannelsLast(x.device);
        var (lying, channels, row, column) = isLast ? (made.permute(0, 2, 3, 1), 3, 1, 2) : (made, 1, 2, 3);
        var rows = Enumerable.Range(0, 2).Select(i =>
            stack([.. Enumerable.Range(0, 2).Select(j => lying.narrow(channels, (2 * i + j) * outputs, outputs).narrow(row, i, height).narrow(column, j, width))], column + 1)); // of (B, C', H, W, 2) or (B, H, W, 2, C')
        var whole = stack([.. rows], row + 1).flatten(row, row + 1).flatten(column, column + 1); // (B, C', 2H, 2W) or (B, 2H, 2W, C')
        return (isLast ? whole.permute(0, 3, 1, 2) : whole).MoveToOuterDisposeScope(); // (B, C', 2H, 2W)
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

    private static bool Falls(int tap, int quarter, int cell) => (tap + 1 - quarter) / 2 == cell;

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

        return EdgePadding.Of(x, top, bottom, left, right, _periodic); // (B, C, H+t+b, W+l+r)
    }

    // In the precision of what comes in: the weights are rounded to it for the occasion.
    private Tensor Convolve(Tensor x) => Convolution.Of(x, Weight.to(x.dtype), Bias.to(x.dtype), _stride.Rows, _stride.Columns); // (B, C', H/s, W/s)

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
