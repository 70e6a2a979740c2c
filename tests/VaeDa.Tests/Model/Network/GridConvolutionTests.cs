using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Network;

public sealed class GridConvolutionTests
{
    [Theory]
    [InlineData(nameof(Edges.Wrap), true)]
    [InlineData(nameof(Edges.Wrap), false)]
    [InlineData(nameof(Edges.Zero), true)]
    public void A_large_field_in_strips_is_convolved_as_whole(string edges, bool periodic)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(5);
        using var convolution = new GridConvolution(4, 2, new Stride(1, 1), Enum.Parse<Edges>(edges), periodic);
        var x = randn([1, 4, 1055, 1000], generator: generator); // (1, C, H, W)
        Assert.True(x.numel() > GridConvolution.MostWhole);
        // What takes a gradient is made whole.
        var whole = convolution.call(x.detach().requires_grad_(true)); // (1, C', H, W)
        Assert.True(convolution.call(x).allclose(whole, 1e-5, 1e-6));
    }
}
