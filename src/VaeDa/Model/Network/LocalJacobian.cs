using TorchSharp;
using VaeDa.Model.Autoencoders;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>
/// ∂/∂z of many sums, each of a few of a generator's cells, by the reverse mode (Griewank and Walther 2008, §3.3) on what each
/// depends on: at every level of transposed convolutions that is a block of a few places. So a row of the Jacobian takes a pass
/// back through its own blocks, all rows together, and then the dense layer's rows for the block at the coarsest level.
/// </summary>
internal sealed class LocalJacobian : ILocalJacobian
{
    private readonly ConvolutionalGenerator _generator;
    private readonly Activation _activation;
    private readonly List<GatheredConvolution> _layers; // coarsest first
    private readonly Tensor _weights; // (n, m, V), of the sums
    private readonly Tensor _top; // (n, t), places at the coarsest level

    private LocalJacobian(ConvolutionalGenerator generator, Activation activation, List<GatheredConvolution> layers, Tensor weights, Tensor top) =>
        (_generator, _activation, _layers, _weights, _top) = (generator, activation, layers, weights.DetachFromDisposeScope(), top.DetachFromDisposeScope());

    /// <summary>Null for a generator that is not transposed convolutions alone: its other layers see further.</summary>
    /// <param name="generator">Whole.</param>
    /// <param name="parts">Its own.</param>
    /// <param name="up">Coarsest level first.</param>
    /// <param name="indices">Into V·H·W, (n·m).</param>
    /// <param name="weights">(n·m)</param>
    /// <param name="m">Cells in each sum.</param>
    public static LocalJacobian? Of(ConvolutionalGenerator generator, CellGenerator.Parts parts, IReadOnlyList<nn.Module<Tensor, Tensor>> up, IReadOnlyList<long> indices, IReadOnlyList<float> weights, int m)
    {
        if (parts.Spec.ResidualBlocks > 0 || parts.Head is not null || parts.Linear is not null || !up.All(layer => layer is TransposedConvolution))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var n = indices.Count / m;
        var cells = (long)parts.Sizes[0].Rows * parts.Sizes[0].Columns;
        var places = indices.Select(i => (int)(i % cells)).ToArray(); // (n·m)
        var variables = tensor(indices.Select(i => i / cells).ToArray()).reshape(n, m, 1); // (n, m, 1)
        var ofVariables = zeros(n, m, parts.Variables).scatter(2, variables, tensor(weights.ToArray()).reshape(n, m, 1)); // (n, m, V)
        var layers = new List<GatheredConvolution>();
        for (var level = 0; level < up.Count; level++)
        {
            var convolution = (TransposedConvolution)up[up.Count - 1 - level];
            var layer = new GatheredConvolution(convolution.TapWeight, convolution.Bias, isActivated: level > 0);
            (places, var sources) = Coarser(n, convolution.Sources(places, parts.Sizes[level + 1]));
            layer.Take(sources, places.Length / n, n);
            layers.Insert(0, layer);
        }

        return new LocalJacobian(generator, parts.Spec.Activation, layers, ofVariables.to(generator.Dense.weight!.device), tensor(Array.ConvertAll(places, p => (long)p), device: generator.Dense.weight.device).reshape(n, -1));
    }

    /// <param name="z">(1, k), single precision.</param>
    /// <returns>(n, k), normalised units.</returns>
    public Tensor At(Tensor z)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var dense = _generator.Dense.call(z).detach().requires_grad_(true); // (1, C·h·w)
        var features = _generator.Bottleneck(dense); // (1, C, h, w)
        var slopes = autograd.grad([features.sum()], [dense])[0].reshape(features.shape[1], -1); // (C, h·w)
        var n = _top.shape[0];
        var blocks = AtTop(features.detach().flatten(2).squeeze(0)).requires_grad_(true); // (n, t, C)
        var values = blocks;
        foreach (var layer in _layers)
        {
            values = layer.Apply(values, _activation); // (n, m, C')
        }

        var back = autograd.grad([(values * _weights).sum()], [blocks])[0] * AtTop(slopes); // (n, t, C)
        using var noGrad = no_grad();
        var rows = _top.unsqueeze(2) + slopes.shape[1] * arange(slopes.shape[0], device: _top.device); // (n, t, C), of the dense layer
        using var bag = nn.EmbeddingBag_from_pretrained(_generator.Dense.weight!.detach(), mode: EmbeddingBagMode.Sum);
        var firsts = rows[0].numel() * arange(n, device: _top.device); // (n)
        return bag.call(rows.flatten(), firsts, back.flatten()).MoveToOuterDisposeScope(); // (n, k)

        // (C, h·w) at each sum's places.
        Tensor AtTop(Tensor maps) => maps.transpose(0, 1).index_select(0, _top.flatten()).reshape(n, _top.shape[1], -1); // (n, t, C)
    }

    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _weights.Dispose();
        _top.Dispose();
    }

    /// <summary>The places that each block draws on, as many for each as for the one that draws on most.</summary>
    /// <param name="n">Blocks.</param>
    /// <param name="sources">(n·m·9), places of the coarser level or −1.</param>
    /// <returns>(n·t), and the sources as positions among a block's own t, (n·m·9).</returns>
    private static (int[] Places, int[] Sources) Coarser(int n, int[] sources)
    {
        var each = sources.Length / n;
        var (counts, distinct, positions) = (new int[n], new int[sources.Length], new int[sources.Length]);
        for (var i = 0; i < sources.Length; i++)
        {
            var block = i / each;
            var known = distinct.AsSpan(block * each, counts[block]);
            positions[i] = sources[i] < 0 ? -1 : known.IndexOf(sources[i]);
            if (sources[i] >= 0 && positions[i] < 0)
            {
                positions[i] = counts[block]++;
                distinct[block * each + positions[i]] = sources[i];
            }
        }

        // A block of fewer repeats its first, which nothing then takes.
        var t = counts.Max();
        var places = new int[n * t];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = distinct[i / t * each + (i % t < counts[i / t] ? i % t : 0)];
        }

        return (places, positions);
    }
}
