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

    [Theory]
    [InlineData(nameof(Edges.Wrap), true)]
    [InlineData(nameof(Edges.Wrap), false)]
    [InlineData(nameof(Edges.Zero), true)]
    public void Of_a_doubled_field_it_is_that_of_the_field_made(string edges, bool periodic)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        using var convolution = new GridConvolution(3, 5, new Stride(1, 1), Enum.Parse<Edges>(edges), periodic);
        var (x, cotangent) = (randn([2, 3, 4, 6], generator: generator), randn([2, 5, 8, 12], generator: generator));
        var (values, gradients) = Both(convolution.OfDoubled);
        var (expected, expectedGradients) = Both(field => convolution.call(nn.functional.interpolate(field, size: [8, 12])));
        Assert.True(values.allclose(expected, 1e-5, 1e-6));
        Assert.All(gradients.Zip(expectedGradients), pair => Assert.True(pair.First.allclose(pair.Second, 1e-4, 1e-5)));

        (Tensor Values, Tensor[] Gradients) Both(Func<Tensor, Tensor> layer)
        {
            convolution.zero_grad();
            var field = x.detach().requires_grad_(true);
            var made = layer(field); // (B, C', 2H, 2W)
            made.backward([cotangent]);
            return (made.detach(), [field.grad!, convolution.Weight.grad!.clone(), convolution.Bias.grad!.clone()]);
        }
    }
}
