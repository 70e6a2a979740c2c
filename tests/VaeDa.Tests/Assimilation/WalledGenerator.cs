using VaeDa.Model.Autoencoders;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>The latents as the values of the first cells, and no number where a latent is beyond 1; nor are derivatives there.</summary>
/// <param name="latents">k.</param>
internal sealed class WalledGenerator(int latents, int height, int width) : IAutoencoder
{
    public int LatentSize => latents;

    public Tensor? LinearPatterns => null;

    public (Tensor Mean, Tensor LogVariance) Encode(Tensor x) => throw new NotSupportedException();

    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        var wall = where(z.detach().gt(1).any(1, keepdim: true), float.NaN, 1f); // (B, 1)
        var cells = cat([z, zeros([z.shape[0], height * width - latents])], 1); // (B, C)
        return (wall * cells).reshape(-1, 1, height, width).MoveToOuterDisposeScope(); // (B, 1, H, W)
    }

    public void Dispose()
    {
    }
}
