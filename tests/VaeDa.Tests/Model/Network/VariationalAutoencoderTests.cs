using VaeDa.Fields;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Network;

public class VariationalAutoencoderTests
{
    public static TheoryData<string, int, int, int> Grids => new()
    {
        { "default", 8, 16, 1 },
        { "default", 21, 24, 3 },
        { "default", 45, 90, 1 },
        { "seed", 8, 16, 1 },
        { "seed", 21, 24, 3 },
        { "seed", 45, 90, 1 },
    };

    [Theory]
    [MemberData(nameof(Grids))]
    public void Fields_of_any_size_go_in_and_come_out(string preset, int height, int width, int variables)
    {
        using var scope = NewDisposeScope();
        using var network = new VariationalAutoencoder(VaeSpec.Named(preset, 5), SyntheticFields.Grid(height, width), variables, 1);
        var (mean, logVariance) = network.Encode(randn(2, variables, height, width));
        Assert.Equal([2, 5], mean.shape);
        Assert.Equal([2, 5], logVariance.shape);
        Assert.Equal([2, variables, height, width], network.Decode(mean).shape);
    }

    [Fact]
    public void The_seed_preset_has_the_reference_systems_shape_at_its_size()
    {
        using var scope = NewDisposeScope();
        var grid = SyntheticFields.Grid(720, 1440);
        Assert.Equal((45, 45), VaeSpec.Seed().LevelSizes(grid)[^1]);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(), grid, 1, 1);
        var parameters = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.shape);
        // 3×3 convolutions of 5, 10, 20, 40 and 80 filters, dense to 2 × 100, dense back to 45·45·80.
        Assert.Equal([80, 40, 3, 3], parameters["encoder.down.4.conv.weight"]);
        Assert.Equal([200, 45 * 45 * 80], parameters["encoder.dense.weight"]);
        Assert.Equal([45 * 45 * 80, 100], parameters["generator.dense.weight"]);
        Assert.Equal([80, 40, 3, 3], parameters["generator.up.0.conv.weight"]);
        Assert.Equal([5, 1, 3, 3], parameters["generator.up.4.conv.weight"]);
    }

    [Fact]
    public void The_seed_presets_padding_is_the_one_that_same_means_in_the_reference_system()
    {
        // TensorFlow's rule: the odd cell of the padding goes after.
        Assert.Equal((0, 1), GridConvolutionPadding(8, 2));
        Assert.Equal((1, 1), GridConvolutionPadding(9, 2));
        Assert.Equal((1, 1), GridConvolutionPadding(8, 1));

        static (long, long) GridConvolutionPadding(int size, int stride)
        {
            using var scope = NewDisposeScope();
            var layer = new GridConvolution(1, 1, new Stride(stride, 1), Edges.Zero, false);
            using var noGrad = no_grad();
            layer.Weight.fill_(1);
            layer.Bias.zero_();
            // Of a field of ones, an output counts the cells it sees: fewer by what is padding.
            var seen = layer.call(ones(1, 1, size, 3))[0, 0, .., 1]; // (⌈size/stride⌉)
            return ((long)(9 - seen[0].item<float>()) / 3, (long)(9 - seen[-1].item<float>()) / 3);
        }
    }

    [Fact]
    public void Turning_the_globe_turns_what_the_convolutions_make_of_it()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        random.manual_seed(1);
        var layer = new GridConvolution(2, 3, new Stride(1, 1), Edges.Wrap, periodic: true);
        var x = randn(1, 2, 6, 12);
        Assert.True(layer.call(x.roll(5, 3)).allclose(layer.call(x).roll(5, 3), 1e-5, 1e-5));
        var flat = new GridConvolution(2, 3, new Stride(1, 1), Edges.Wrap, periodic: false);
        Assert.False(flat.call(x.roll(5, 3)).allclose(flat.call(x).roll(5, 3), 1e-5, 1e-5));
    }

    [Fact]
    public void A_transposed_convolution_is_the_transpose_of_the_convolution()
    {
        using var scope = NewDisposeScope();
        foreach (var (height, width) in new[] { (8, 12), (7, 9) })
        {
            var stride = new Stride(2, 2);
            var down = new GridConvolution(1, 2, stride, Edges.Zero, false);
            var up = new TransposedConvolution(2, 1, stride, (height, width));
            using var noGrad = no_grad();
            down.Bias.zero_();
            up.get_parameter("conv.bias")!.zero_();
            up.get_parameter("conv.weight")!.copy_(down.Weight);
            var x = randn(1, 1, height, width);
            var y = randn_like(down.call(x));
            Assert.Equal((down.call(x) * y).sum().item<float>(), (x * up.call(y)).sum().item<float>(), 1e-3);
        }
    }

    [Fact]
    public void A_network_that_starts_at_the_EOFs_reconstructs_as_they_do()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var fields = SyntheticFields.Make(80);
        var normalisation = new Normalisation { Scale = [2], Offset = [0] };
        using var basis = EofBasis.Of(fields, normalisation, 5);
        using var network = new VariationalAutoencoder(VaeSpec.Default(5), fields.Grid, 1, 1);
        network.StartAt(basis);
        var x = tensor(fields.Read(3)).reshape(1, 1, fields.Grid.Height, fields.Grid.Width) / 2;
        var eof = new EofAutoencoder(basis, fields.Grid, 1);
        var (mean, logVariance) = network.Encode(x);
        var (expectedMean, expectedLogVariance) = eof.Encode(x);
        Assert.True(mean.allclose(expectedMean, 1e-4, 1e-4));
        Assert.True(logVariance.allclose(expectedLogVariance, 1e-4, 1e-4));
        Assert.True(network.Decode(mean).allclose(eof.Decode(mean), 1e-4, 1e-4));
        using var path = network.LinearPath(fields.Grid)!;
        Assert.True(path.Eigenvalues.allclose(basis.Eigenvalues, 1e-3, 1e-3));
    }
}
