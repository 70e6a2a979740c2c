using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>x + f(x), f two convolutions; the second starts at zero, so a new block changes nothing.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly GridConvolution first;
    private readonly GridConvolution second;
    private readonly Activation _activation;

    public ResidualBlock(int channels, Activation activation, Edges edges, bool periodic)
        : base(nameof(ResidualBlock))
    {
        _activation = activation;
        first = new GridConvolution(channels, channels, new Stride(1, 1), edges, periodic);
        second = new GridConvolution(channels, channels, new Stride(1, 1), edges, periodic);
        nn.init.zeros_(second.Weight);
        nn.init.zeros_(second.Bias);
        RegisterComponents();
    }

    /// <param name="x">(B, C, H, W)</param>
    /// <returns>(B, C, H, W)</returns>
    public override Tensor forward(Tensor x)
    {
        using var hidden = first.call(x); // (B, C, H, W)
        using var active = _activation.Apply(hidden);
        return x + second.call(active); // (B, C, H, W)
    }
}
