using VaeDa.Fields.Grids;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Network;

/// <summary>A generator at a few cells beside the whole field: sides that are no powers of two, both presets, edges and all.</summary>
public class CellGeneratorTests
{
    [Theory]
    [InlineData("default", 45, 90, true)]
    [InlineData("default", 37, 50, false)]
    [InlineData("seed", 45, 90, true)]
    [InlineData("seed", 37, 50, false)]
    [InlineData("seed", 64, 128, true)]
    public void Gives_the_whole_fields_values_and_gradients(string preset, int rows, int columns, bool global)
    {
        using var scope = NewDisposeScope();
        using var network = Random(VaeSpec.Named(preset, 6), GridOf(rows, columns, global), variables: 2);
        // Corners, edges and some places between.
        int[] cells = [0, columns - 1, (rows - 1) * columns, rows * columns - 1, 5 * columns, 7 * columns + 11, 7 * columns + 12, 20 * columns + 33];
        using var decoder = ((IAutoencoder)network).At(cells)!;
        Assert.NotNull(decoder);
        using var generator = new Generator(2);
        var z = randn([3, 6], generator: generator).requires_grad_(true); // (3, k)
        var weights = randn([3, 2, cells.Length], generator: generator); // (3, V, c)

        var whole = network.Decode(z).flatten(2).index_select(2, tensor(Array.ConvertAll(cells, c => (long)c))); // (3, V, c)
        var there = decoder.Decode(z); // (3, V, c)
        (whole * weights).sum().backward();
        var gradient = z.grad!.clone(); // (3, k)
        z.grad.zero_();
        (there * weights).sum().backward();

        Assert.True(whole.std().item<float>() > 0.01);
        Assert.True((there - whole).abs().max().item<float>() < 1e-5 * whole.abs().max().item<float>());
        Assert.True((z.grad - gradient).abs().max().item<float>() < 1e-5 * gradient.abs().max().item<float>());
    }

    [Fact]
    public void Is_none_where_the_cells_need_most_of_the_field()
    {
        using var network = Random(VaeSpec.Default(6), GridOf(24, 48, global: true), variables: 1);
        Assert.Null(((IAutoencoder)network).At([.. Enumerable.Range(0, 24 * 48).Where(cell => cell % 5 == 0)]));
    }

    private static Grid GridOf(int rows, int columns, bool global) => new(
        [.. Enumerable.Range(0, rows).Select(i => 60 - (global ? 120.0 : 40) * i / (rows - 1))],
        [.. Enumerable.Range(0, columns).Select(j => (global ? 360.0 : 60) * j / columns)]);

    /// <summary>Weights at random everywhere: a new network's last layers are 0.</summary>
    private static VariationalAutoencoder Random(VaeSpec spec, Grid grid, int variables)
    {
        var network = new VariationalAutoencoder(spec, grid, variables, 1);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(3);
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
            var inputs = parameter.shape.Length > 1 ? (double)parameter.numel() / parameter.shape[0] : 10;
            parameter.copy_(randn(parameter.shape, generator: generator) * Math.Sqrt(2 / inputs));
        }

        return network;
    }
}
