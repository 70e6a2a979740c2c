using VaeDa.Fields.Grids;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Network;

/// <summary>Rows by their own passes back beside rows by passes through the whole generator: sides that are no powers of two, edges and all.</summary>
public class LocalJacobianTests
{
    private const int K = 6;

    [Theory]
    [InlineData(45, 90)]
    [InlineData(37, 50)]
    [InlineData(64, 128)]
    public void Rows_are_those_of_the_whole_generator(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var network = new VariationalAutoencoder(VaeSpec.Seed(K), GridOf(rows, columns), 2, 1);
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        // Blocks between cells, one across the edge, one with a corner twice, and one of the second variable.
        var cells = rows * columns;
        long[] indices =
        [
            0, 1, columns, columns + 1,
            columns - 1, 0, 2 * columns - 1, columns,
            7 * columns + 11, 7 * columns + 12, 7 * columns + 11, 7 * columns + 12,
            cells + 20 * columns + 33, cells + 20 * columns + 34, cells + 21 * columns + 33, cells + 21 * columns + 34,
            cells - 1, cells - 2, cells - columns - 1, cells - columns - 2,
        ];
        using var generator = new Generator(2);
        var weights = rand(indices.Length, generator: generator).data<float>().ToArray();
        var z = randn([1, K], generator: generator); // (1, k)
        using var local = ((IAutoencoder)network).JacobianOf(indices, weights, 4)!;
        var found = local.At(z); // (n, k)

        for (var i = 0; i < indices.Length / 4; i++)
        {
            var state = z.detach().clone().requires_grad_(true); // (1, k)
            var at = network.Decode(state).flatten().index_select(0, tensor(indices.AsSpan(4 * i, 4).ToArray())); // (4)
            (at * tensor(weights.AsSpan(4 * i, 4).ToArray())).sum().backward();
            var row = state.grad!.squeeze(0); // (k)
            Assert.True(row.norm().item<float>() > 0);
            Assert.True((found[i] - row).norm().item<float>() < 1e-5 * row.norm().item<float>(), $"row {i}: {found[i]} instead of {row}");
        }
    }

    [Fact]
    public void In_other_latent_coordinates_it_is_the_same_times_their_factor()
    {
        using var scope = NewDisposeScope();
        using var network = new VariationalAutoencoder(VaeSpec.Seed(K), GridOf(45, 90), 1, 1);
        using var generator = new Generator(4);
        var factor = randn([K, K], float64, generator: generator).tril(); // (k, k)
        using var transform = new LatentTransform(network, zeros(K, float64), factor.clone());
        long[] indices = [600, 601, 690, 691, 2000, 2001, 2090, 2091];
        float[] weights = [0.1f, 0.2f, 0.3f, 0.4f, 0.4f, 0.3f, 0.2f, 0.1f];
        using var original = ((IAutoencoder)network).JacobianOf(indices, weights, 4)!;
        using var turned = transform.JacobianOf(indices, weights, 4)!;
        var u = randn([1, K], generator: generator); // (1, k)
        var expected = original.At(transform.Original(u)).matmul(factor.to(float32)); // (n, k)
        Assert.True(expected.norm().item<float>() > 0);
        Assert.True(turned.At(u).allclose(expected, 1e-4, 1e-6));
    }

    [Fact]
    public void Is_none_for_a_generator_that_sees_further()
    {
        using var network = new VariationalAutoencoder(VaeSpec.Default(K), GridOf(24, 48), 1, 1);
        Assert.Null(((IAutoencoder)network).JacobianOf([0, 1, 48, 49], [1, 1, 1, 1], 4));
    }

    private static Grid GridOf(int rows, int columns) => new(
        [.. Enumerable.Range(0, rows).Select(i => 60 - 120.0 * i / (rows - 1))],
        [.. Enumerable.Range(0, columns).Select(j => 360.0 * j / columns)]);
}
