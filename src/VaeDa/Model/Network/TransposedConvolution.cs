using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>The transpose of <see cref="GridConvolution"/> with zero edges: 3×3, onto a level of a given size.</summary>
internal sealed class TransposedConvolution : nn.Module<Tensor, Tensor>
{
    private const int Kernel = 3;
    private readonly TorchSharp.Modules.ConvTranspose2d conv;
    private readonly Stride _stride;
    private readonly (int Rows, int Columns) _size;
    private readonly (long Top, long Left) _crop;

    public TransposedConvolution(int inputs, int outputs, Stride stride, (int Rows, int Columns) size)
        : base(nameof(TransposedConvolution))
    {
        (_stride, _size) = (stride, size);
        _crop = (GridConvolution.Padding(size.Rows, stride.Rows).Before, GridConvolution.Padding(size.Columns, stride.Columns).Before);
        conv = nn.ConvTranspose2d(inputs, outputs, kernel_size: (Kernel, Kernel), stride: (stride.Rows, stride.Columns));
        RegisterComponents();
    }

    public Tensor Bias => conv.bias!;

    /// <summary>(9·C, C'), a place after another.</summary>
    public Tensor TapWeight => conv.weight!.permute(2, 3, 0, 1).flatten(0, 2).contiguous();

    /// <summary>The cells that each output is made of, by the nine places of the kernel; −1 where there is none.</summary>
    /// <param name="cells">Outputs (s), of the H × W.</param>
    /// <param name="coarse">h × w.</param>
    /// <returns>(s·9)</returns>
    public int[] Sources(IReadOnlyList<int> cells, (int Rows, int Columns) coarse)
    {
        var sources = new int[Kernel * Kernel * cells.Count];
        for (var i = 0; i < sources.Length; i++)
        {
            var (cell, tap) = (cells[i / (Kernel * Kernel)], i % (Kernel * Kernel));
            var row = Source(cell / _size.Columns + (int)_crop.Top - tap / Kernel, _stride.Rows, coarse.Rows);
            var column = Source(cell % _size.Columns + (int)_crop.Left - tap % Kernel, _stride.Columns, coarse.Columns);
            sources[i] = row < 0 || column < 0 ? -1 : row * coarse.Columns + column;
        }

        return sources;

        static int Source(int place, int stride, int size) => place >= 0 && place % stride == 0 && place / stride < size ? place / stride : -1;
    }

    /// <param name="x">(B, C, h, w)</param>
    /// <returns>(B, C', H, W)</returns>
    public override Tensor forward(Tensor x)
    {
        // The library adds a transposed convolution's bias cell by cell, a tenth of a step of training: it is added here.
        using var full = Convolution.Transposed(x, conv.weight!.to(x.dtype), _stride.Rows, _stride.Columns); // (B, C', (h−1)s+3, (w−1)s+3)
        using var rows = full.narrow(2, _crop.Top, _size.Rows); // (B, C', H, (w−1)s+3)
        using var cropped = rows.narrow(3, _crop.Left, _size.Columns); // (B, C', H, W)
        return cropped + conv.bias!.to(x.dtype).view(-1, 1, 1); // (B, C', H, W)
    }
}
