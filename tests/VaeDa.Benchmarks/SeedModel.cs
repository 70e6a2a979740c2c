using TorchSharp;
using VaeDa.Fields;
using VaeDa.Model;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>
/// A seed network of full size that makes weather-like fields without having been trained: its dense layer holds the bundled
/// model's EOFs, in each channel with gains and a threshold of its own; its transposed convolutions interpolate, and mix the
/// channels at random between their non-linearities. So it is smooth, and as far from linear as its ReLU and ELU make it.
/// </summary>
internal static class SeedModel
{
    private const float StandardDeviation = 1.3f; // of its fields about their mean, K: as the bundled model's

    /// <param name="coarse">The bundled model, not disposed.</param>
    public static GenerativeModel Of(GenerativeModel coarse, Grid grid)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(5);
        var k = coarse.LatentSize;
        var spec = VaeSpec.Seed(k);
        var network = new VariationalAutoencoder(spec, grid, 1, 0);
        var to = network.state_dict();
        var ((rows, columns), channels) = (spec.LevelSizes(grid)[^1], spec.Filters[^1]);
        var eofs = RefinedModel.Places(((VariationalAutoencoder)coarse.Autoencoder).LinearPatterns!, (coarse.Grid.Height, coarse.Grid.Width), (rows, columns)); // (k, h·w)
        var gains = (1 + 0.5 * randn([channels, k], generator: generator)) * randn([channels, 1], generator: generator).sign(); // (C, k)
        to["generator.dense.weight"].copy_((gains.unsqueeze(1) * eofs.transpose(0, 1)).reshape(channels * rows * columns, k)); // (C·h·w, k)
        to["generator.dense.bias"].copy_((0.5 * randn([channels, 1], generator: generator)).expand(channels, rows * columns).flatten()); // (C·h·w)
        for (var i = 0; i < spec.Filters.Count; i++)
        {
            var weight = to[$"generator.up.{i}.conv.weight"]; // (C, C', 3, 3)
            var stride = spec.Strides[^(i + 1)];
            var kernel = Kernel(stride.Rows).unsqueeze(1) * Kernel(stride.Columns); // (3, 3)
            var mixing = randn([weight.shape[0], weight.shape[1]], generator: generator) * Math.Sqrt(2.0 / weight.shape[0]); // (C, C')
            weight.copy_(mixing.unsqueeze(2).unsqueeze(3) * kernel);
            to[$"generator.up.{i}.conv.bias"].zero_();
        }

        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        var states = coarse.Calibration.LatentMean + coarse.Calibration.LatentVariance.sqrt() * randn([8, k], generator: generator); // (8, k)
        var fields = network.Decode(states); // (8, 1, H, W)
        to["generator.up.4.conv.weight"].mul_(StandardDeviation / fields.std(0).mean());
        to["generator.up.4.conv.bias"].fill_(-(fields.mean() * StandardDeviation / fields.std(0).mean()).item<float>());

        using var refined = RefinedModel.Of(coarse, grid);
        var c = refined.Calibration;
        var calibration = new Calibration
        {
            LatentMean = c.LatentMean.clone().DetachFromDisposeScope(),
            LatentVariance = c.LatentVariance.clone().DetachFromDisposeScope(),
            GeneratorError = c.GeneratorError,
            ResidualPatterns = c.ResidualPatterns.Times(null),
            ResidualCorrelation = c.ResidualCorrelation,
        };
        return new GenerativeModel(network, grid, coarse.Variables, new Normalisation { Scale = [1], Offset = [0] }, calibration, refined.ClimatologicalStandardDeviation, CPU);
    }

    /// <summary>Linear interpolation between cells (stride 2), or a smoothing (stride 1).</summary>
    private static Tensor Kernel(int stride) => tensor([0.5f * stride / 2, 0.5f * stride, 0.5f * stride / 2]); // (3)
}
