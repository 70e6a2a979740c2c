using VaeDa.Model.Autoencoders;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>
/// A generator at some cells of the grid: the coarse levels whole, and of the fine ones only the places that these cells
/// depend on, as products of gathered neighbourhoods and the convolutions' weights. The values are those of the whole field,
/// to rounding; a few thousand observations touch a tenth of a field of full size.
/// </summary>
internal sealed class CellGenerator : ICellDecoder
{
    // A gathered product costs some times a cell of a whole convolution.
    private const int Dearness = 4;

    private readonly ConvolutionalGenerator _generator;
    private readonly Parts _parts;
    private readonly int _level; // onto which the first of the layers leads
    private readonly List<GatheredConvolution> _layers; // coarsest first
    private readonly Tensor? _straight; // (c·V, k): the linear path at the cells
    private readonly Tensor? _straightMean; // (c·V)
    private readonly Tensor? _seen; // (s·V, k): the linear path where the mixing convolution sees it
    private readonly Tensor? _seenMean; // (s·V)

    private CellGenerator(ConvolutionalGenerator generator, Parts parts, int level, List<GatheredConvolution> layers, IReadOnlyList<int> cells, IReadOnlyList<int>? seen)
    {
        (_generator, _parts, _level, _layers) = (generator, parts, level, layers);
        if (parts.Linear is { } linear)
        {
            (_straight, _straightMean) = Rows(linear, cells);
            (_seen, _seenMean) = seen is null ? (null, null) : Rows(linear, seen);
        }
    }

    /// <summary>Null where a whole field costs no more.</summary>
    /// <param name="generator">Whole.</param>
    /// <param name="parts">Its own.</param>
    /// <param name="up">Coarsest level first.</param>
    /// <param name="cells">Of the H × W, each once.</param>
    public static CellGenerator? Of(ConvolutionalGenerator generator, Parts parts, IReadOnlyList<nn.Module<Tensor, Tensor>> up, IReadOnlyList<int> cells)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layers = new List<GatheredConvolution>();
        IReadOnlyList<int> needed = cells;
        IReadOnlyList<int>? seen = null;
        var full = parts.Sizes[0];
        if (parts.Head is not null)
        {
            needed = Convolved(parts.Head, needed, isActivated: false);
            needed = seen = Convolved(parts.Mix!, needed, isActivated: true);
        }

        if (Dearness * needed.Count > full.Rows * full.Columns)
        {
            layers.ForEach(layer => layer.Dispose());
            return null;
        }

        for (var level = 0; ; level++)
        {
            var (fine, coarse) = (parts.Sizes[level], parts.Sizes[level + 1]);
            var activated = level > 0 || parts.Head is not null;
            int[] sources;
            if (up[up.Count - 1 - level] is TransposedConvolution transposed)
            {
                sources = transposed.Sources(needed, coarse);
                layers.Insert(0, new GatheredConvolution(transposed.TapWeight, transposed.Bias, activated));
            }
            else
            {
                var convolution = (GridConvolution)up[up.Count - 1 - level];
                // Each coarse cell is repeated, then convolved.
                sources = Array.ConvertAll(convolution.Sources(needed, fine), s => s < 0 ? s : Nearest(s / fine.Columns, coarse.Rows, fine.Rows) * coarse.Columns + Nearest(s % fine.Columns, coarse.Columns, fine.Columns));
                layers.Insert(0, new GatheredConvolution(convolution.TapWeight, convolution.Bias, activated));
            }

            var coarser = sources.Where(s => s >= 0).Distinct().ToArray();
            if (level + 1 == up.Count || parts.Spec.ResidualBlocks > 0 || Dearness * coarser.Length > coarse.Rows * coarse.Columns)
            {
                layers[0].Take(sources, coarse.Rows * coarse.Columns);
                return new CellGenerator(generator, parts, level, layers, cells, seen);
            }

            needed = Within(layers[0], sources, coarser, coarse.Rows * coarse.Columns);
        }

        IReadOnlyList<int> Convolved(GridConvolution convolution, IReadOnlyList<int> outputs, bool isActivated)
        {
            var sources = convolution.Sources(outputs, full);
            var layer = new GatheredConvolution(convolution.TapWeight, convolution.Bias, isActivated);
            layers.Insert(0, layer);
            return Within(layer, sources, [.. sources.Where(s => s >= 0).Distinct()], full.Rows * full.Columns);
        }

        static int[] Within(GatheredConvolution layer, int[] sources, int[] distinct, int size)
        {
            var position = new int[size];
            for (var i = 0; i < distinct.Length; i++)
            {
                position[distinct[i]] = i;
            }

            layer.Take(Array.ConvertAll(sources, s => s < 0 ? s : position[s]), distinct.Length);
            return distinct;
        }

        // As libtorch rounds it.
        static int Nearest(int fine, int coarse, int size) => Math.Min((int)(fine * ((float)coarse / size)), coarse - 1);
    }

    /// <param name="z">(B, k)</param>
    /// <returns>(B, V, c), normalised.</returns>
    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        var hidden = _generator.Features(z, _level).to(float32).flatten(2).transpose(1, 2); // (B, h·w, C)
        for (var i = 0; i < _layers.Count; i++)
        {
            if (_seen is not null && i == _layers.Count - 2)
            {
                var straight = z.matmul(_seen.transpose(0, 1)) + _seenMean!; // (B, s·V)
                hidden = cat([hidden, straight.reshape(z.shape[0], -1, _parts.Variables)], 2); // (B, s, C + V)
            }

            hidden = _layers[i].Apply(hidden, _parts.Spec.Activation); // (B, s', C')
        }

        if (_straight is not null)
        {
            hidden = hidden + (z.matmul(_straight.transpose(0, 1)) + _straightMean!).reshape(z.shape[0], -1, _parts.Variables); // (B, c, V)
        }

        return hidden.transpose(1, 2).MoveToOuterDisposeScope(); // (B, V, c)
    }

    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _straight?.Dispose();
        _straightMean?.Dispose();
        _seen?.Dispose();
        _seenMean?.Dispose();
    }

    private (Tensor Weight, Tensor Bias) Rows(TorchSharp.Modules.Linear linear, IReadOnlyList<int> cells)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (v, all) = (_parts.Variables, _parts.Sizes[0].Rows * _parts.Sizes[0].Columns);
        var rows = tensor([.. cells.SelectMany(c => Enumerable.Range(0, v).Select(i => (long)i * all + c))], device: linear.weight!.device); // (c·V)
        return (linear.weight.index_select(0, rows).DetachFromDisposeScope(), linear.bias!.index_select(0, rows).DetachFromDisposeScope());
    }

    /// <summary>What of a generator is needed here.</summary>
    internal sealed record Parts(VaeSpec Spec, IReadOnlyList<(int Rows, int Columns)> Sizes, int Variables, TorchSharp.Modules.Linear? Linear, GridConvolution? Mix, GridConvolution? Head);
}
