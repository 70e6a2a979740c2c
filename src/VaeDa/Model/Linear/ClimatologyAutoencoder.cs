using VaeDa.Fields.Grids;
using VaeDa.Model.Autoencoders;
using static TorchSharp.torch;

namespace VaeDa.Model.Linear;

/// <summary>
/// A generator that says nothing: whatever the latent, no anomaly. Assimilating with it, and with the anomalies' own
/// standard deviation and correlation for the residual, is simple kriging.
/// </summary>
/// <param name="grid">The grid of the fields, H × W cells.</param>
/// <param name="offset">The offset of each variable's normalisation (V): what no anomaly is in normalised units.</param>
public sealed class ClimatologyAutoencoder(Grid grid, IReadOnlyList<double> offset) : IAutoencoder
{
    /// <summary>One latent, which nothing depends on.</summary>
    public int LatentSize => 1;

    /// <inheritdoc/>
    public Tensor? LinearPatterns => null;

    /// <inheritdoc/>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor x) => (zeros(x.shape[0], 1, device: x.device), zeros(x.shape[0], 1, device: x.device)); // (B, 1)

    /// <inheritdoc/>
    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        var nothing = tensor(offset.Select(o => (float)o).ToArray(), device: z.device).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        // Through z, so that the gradient exists; it is zero.
        return (nothing + 0 * z.reshape(-1, 1, 1, 1)).expand(-1, -1, grid.Height, grid.Width).MoveToOuterDisposeScope(); // (B, V, H, W)
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
