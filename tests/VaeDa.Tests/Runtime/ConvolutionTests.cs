using TorchSharp;
using VaeDa.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace VaeDa.Tests.Runtime;

public class ConvolutionTests
{
    [Theory]
    [InlineData(1, 5, 3)]
    [InlineData(3, 1, 3)]
    [InlineData(25, 24, 2)]
    public void Weights_whose_channels_lie_together_are_the_same_weights(int inputs, int outputs, int side)
    {
        using var scope = NewDisposeScope();
        var weight = randn(outputs, inputs, side, side);
        var ordered = Convolution.ChannelsLast(weight);
        Assert.Equal(weight.data<float>().ToArray(), ordered.data<float>().ToArray());
        Assert.Equal([(long)inputs * side * side, 1, (long)side * inputs, inputs], ordered.stride());
    }

    [Fact]
    public void In_either_order_convolutions_and_gradients_are_the_same()
    {
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var (x, weight, bias) = (randn(2, 5, 7, 9).requires_grad_(true), randn(3, 5, 3, 3).requires_grad_(true), randn(3));
        var expected = Pass(nn.functional.conv2d(x, weight, bias, strides: [2, 1]));
        var found = Pass(Convolution.Of(x, weight, bias, 2, 1));
        Assert.All(expected.Zip(found), pair => Assert.True(pair.First.allclose(pair.Second, 1e-4, 1e-4)));
        var transposed = weight.detach().transpose(0, 1).contiguous();
        Assert.True(nn.functional.conv_transpose2d(x, transposed, strides: [2, 2]).allclose(Convolution.Transposed(x, transposed, 2, 2), 1e-4, 1e-4));

        Tensor[] Pass(Tensor y)
        {
            (x.grad, weight.grad) = (null, null);
            y.square().sum().backward();
            return [y.detach(), x.grad!.clone(), weight.grad!.clone()];
        }
    }

    [Fact]
    public void What_is_made_for_a_convolution_has_its_shape_and_its_type()
    {
        using var values = Convolution.Empty([2, 3, 4, 5], float64, CPU);
        Assert.Equal([2, 3, 4, 5], values.shape);
        Assert.Equal(float64, values.dtype);
        Assert.Equal(Convolution.IsChannelsLast(CPU) ? 1 : 20, values.stride()[1]);
    }
}
