using TorchSharp;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Network;

public sealed class EdgePaddingTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, true)]
    [InlineData(1, 1, 1, 1, false)]
    [InlineData(0, 1, 0, 1, true)]
    [InlineData(1, 0, 1, 0, false)]
    [InlineData(0, 0, 1, 1, true)]
    public void Values_and_derivatives_are_those_of_the_librarys_padding(long top, long bottom, long left, long right, bool periodic)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        foreach (var (height, width) in new[] { (4, 5), (1, 3), (2, 1) })
        {
            var x = randn([2, 3, height, width], generator: generator);
            var cotangent = randn([2, 3, top + height + bottom, left + width + right], generator: generator);
            var (values, gradient) = Both(field => EdgePadding.Of(field, top, bottom, left, right, periodic));
            var (expected, expectedGradient) = Both(field => nn.functional.pad(
                nn.functional.pad(field, [left, right, 0, 0], periodic ? PaddingModes.Circular : PaddingModes.Replicate), [0, 0, top, bottom], PaddingModes.Replicate));
            Assert.True(values.equal(expected).all().item<bool>());
            Assert.True(EdgePadding.Of(x, top, bottom, left, right, periodic).equal(expected).all().item<bool>());
            Assert.True(gradient.allclose(expectedGradient, 1e-5, 1e-6));

            (Tensor Values, Tensor Gradient) Both(Func<Tensor, Tensor> padding)
            {
                var field = x.detach().requires_grad_(true);
                var made = padding(field); // (B, C, H+t+b, W+l+r)
                made.backward([cotangent]);
                return (made.detach(), field.grad!);
            }
        }
    }
}
