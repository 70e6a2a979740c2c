using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>
/// The seed preset's network and its training step as one writes them in plain TorchSharp: the library's own layers, one
/// expression for the loss, the library's optimiser, fields without a missing cell, already in memory. Same layers, padding,
/// loss, clipping and optimiser as the toolkit's; nothing for masks, for other grids, for scores or for checkpoints.
/// </summary>
internal sealed class PlainNetwork : nn.Module
{
    private const int Latents = 100;
    private static readonly int[] Filters = [5, 10, 20, 40, 80];
    private static readonly (int Rows, int Columns)[] Strides = [(2, 2), (2, 2), (2, 2), (2, 2), (1, 2)];

    private readonly TorchSharp.Modules.Sequential encoder;
    private readonly TorchSharp.Modules.Linear bottleneck;
    private readonly TorchSharp.Modules.ModuleList<TorchSharp.Modules.ConvTranspose2d> up = nn.ModuleList<TorchSharp.Modules.ConvTranspose2d>();
    private readonly List<(long Rows, long Columns)> _sizes;
    private readonly TorchSharp.Modules.AdamW _optimiser;

    public PlainNetwork(long height, long width, double learningRate)
        : base(nameof(PlainNetwork))
    {
        _sizes = [(height, width)];
        var layers = new List<nn.Module<Tensor, Tensor>>();
        for (var level = 0; level < Filters.Length; level++)
        {
            var ((rows, columns), (h, w)) = (Strides[level], _sizes[^1]);
            _sizes.Add(((h + rows - 1) / rows, (w + columns - 1) / columns));
            var (vertical, horizontal) = ((_sizes[^1].Rows - 1) * rows + 3 - h, (_sizes[^1].Columns - 1) * columns + 3 - w);
            layers.Add(nn.ZeroPad2d((horizontal / 2, horizontal - horizontal / 2, vertical / 2, vertical - vertical / 2)));
            layers.Add(nn.Conv2d(level == 0 ? 1 : Filters[level - 1], Filters[level], kernel_size: (3, 3), stride: (rows, columns)));
            layers.Add(nn.ELU());
        }

        var dense = Filters[^1] * _sizes[^1].Rows * _sizes[^1].Columns;
        layers.Add(nn.Flatten());
        layers.Add(nn.Linear(dense, 2 * Latents));
        encoder = nn.Sequential(layers);
        bottleneck = nn.Linear(Latents, dense);
        for (var level = Filters.Length - 1; level >= 0; level--)
        {
            up.Add(nn.ConvTranspose2d(Filters[level], level == 0 ? 1 : Filters[level - 1], kernel_size: (3, 3), stride: Strides[level]));
        }

        RegisterComponents();
        _optimiser = optim.AdamW(parameters(), learningRate, weight_decay: 0);
    }

    /// <param name="fields">(B, 1, H, W), normalised.</param>
    /// <returns>The loss.</returns>
    public float Step(Tensor fields)
    {
        using var scope = NewDisposeScope();
        _optimiser.zero_grad();
        var halves = encoder.call(fields).chunk(2, 1); // 2 of (B, k)
        var (mean, logVariance) = (halves[0], halves[1].clamp(-20, 4)); // (B, k)
        var z = mean + (0.5 * logVariance).exp() * randn_like(mean); // (B, k)
        var divergence = 0.5 * (z.square() - (z - mean).square() / logVariance.exp() - logVariance).sum() / fields.shape[0];
        var loss = 1e6 * nn.functional.mse_loss(Decode(z), fields) + divergence;
        loss.backward();
        nn.utils.clip_grad_norm_(parameters(), 1);
        _optimiser.step();
        return loss.item<float>();
    }

    protected override void Dispose(bool disposing)
    {
        _optimiser.Dispose();
        base.Dispose(disposing);
    }

    /// <param name="z">(B, k)</param>
    /// <returns>(B, 1, H, W)</returns>
    private Tensor Decode(Tensor z)
    {
        var hidden = nn.functional.relu(bottleneck.call(z)).reshape(-1, Filters[^1], _sizes[^1].Rows, _sizes[^1].Columns); // (B, C, h, w)
        for (var step = 0; step < up.Count; step++)
        {
            var level = up.Count - 1 - step;
            var (rows, columns) = _sizes[level];
            var full = up[step].call(hidden); // (B, C', (h−1)s+3, (w−1)s+3)
            // What 'same' padding takes off before the first row is half the rest, rounded down.
            hidden = full.narrow(2, (full.shape[2] - rows) / 2, rows).narrow(3, (full.shape[3] - columns) / 2, columns); // (B, C', H, W)
            hidden = level > 0 ? nn.functional.elu(hidden, 1) : hidden;
        }

        return hidden;
    }
}
