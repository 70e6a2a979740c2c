using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>
/// A seed network of full size that makes weather-like fields without having been trained: its dense layer holds the bundled
/// model's EOFs, with a sign in each channel and gains at random; its transposed convolutions interpolate, and mix the channels,
/// half in step with their signs and half at random, before each ELU. The thresholds make it about as far from linear as a
/// trained one: see <see cref="Search.NonLinearity"/>, which 'search' prints for this one and, with '--model', for any other.
/// </summary>
internal static class SeedModel
{
    // Mean of what comes into a non-linearity, in its standard deviations: so far above the kink.
    private const float Threshold = 1;
    private const float StandardDeviation = 1.3f; // of its fields about their mean, K: as the bundled model's

    /// <param name="bundled">Not disposed.</param>
    /// <param name="latents">As of <see cref="RefinedModel.Of"/>.</param>
    public static GenerativeModel Of(GenerativeModel bundled, Grid grid, int? latents = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(5);
        using var coarse = RefinedModel.Of(bundled, bundled.Grid, latents);
        var k = coarse.LatentSize;
        var spec = VaeSpec.Seed(k);
        var network = new VariationalAutoencoder(spec, grid, 1, 0);
        var to = network.state_dict();
        var ((rows, columns), channels) = (spec.LevelSizes(grid)[^1], spec.Filters[^1]);
        var eofs = RefinedModel.Places(((VariationalAutoencoder)coarse.Autoencoder).LinearPatterns!, (coarse.Grid.Height, coarse.Grid.Width), (rows, columns)); // (k, h·w)
        var signs = randn([channels, 1], generator: generator).sign(); // (C, 1)
        var gains = signs * (1 + 0.5 * randn([channels, k], generator: generator)); // (C, k)
        var dense = gains.unsqueeze(1) * eofs.transpose(0, 1); // (C, h·w, k)
        var states = coarse.Prior.LatentMean + coarse.Prior.LatentVariance.sqrt() * randn([8, k], generator: generator); // (8, k)
        dense /= dense.matmul(states.transpose(0, 1)).flatten(1).std(1).reshape(-1, 1, 1);
        to["generator.dense.weight"].copy_(dense.flatten(0, 1)); // (C·h·w, k)
        to["generator.dense.bias"].fill_(Threshold); // (C·h·w)
        // The channels at the coarsest level's places; finer levels interpolate them.
        var hidden = nn.functional.relu(dense.matmul(states.transpose(0, 1)).flatten(1) + Threshold); // (C, h·w·8)
        for (var i = 0; i < spec.Filters.Count; i++)
        {
            var weight = to[$"generator.up.{i}.conv.weight"]; // (C, C', 3, 3)
            var stride = spec.Strides[^(i + 1)];
            var kernel = Kernel(stride.Rows).unsqueeze(1) * Kernel(stride.Columns); // (3, 3)
            var fineSigns = randn([weight.shape[1], 1], generator: generator).sign(); // (C', 1)
            var mixing = signs.matmul(fineSigns.transpose(0, 1)) + randn([weight.shape[0], weight.shape[1]], generator: generator); // (C, C')
            signs = fineSigns;
            var mixed = mixing.transpose(0, 1).matmul(hidden); // (C', h·w·8)
            var scale = 1 / mixed.std(1); // (C')
            var bias = Threshold - mixed.mean([1]) * scale; // (C')
            weight.copy_((mixing * scale).unsqueeze(2).unsqueeze(3) * kernel);
            to[$"generator.up.{i}.conv.bias"].copy_(bias);
            hidden = nn.functional.elu(mixed * scale.unsqueeze(1) + bias.unsqueeze(1), 1); // (C', h·w·8)
        }

        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        var fields = network.Decode(states); // (8, 1, H, W)
        var size = StandardDeviation / fields.std(0).mean();
        to["generator.up.4.conv.weight"].mul_(size);
        to["generator.up.4.conv.bias"].sub_(fields.mean()).mul_(size);

        using var refined = RefinedModel.Of(bundled, grid, latents);
        var c = refined.Prior;
        var prior = new PriorStatistics
        {
            LatentMean = c.LatentMean.clone().DetachFromDisposeScope(),
            LatentVariance = c.LatentVariance.clone().DetachFromDisposeScope(),
            GeneratorError = c.GeneratorError,
            ResidualPatterns = c.ResidualPatterns.Times(null),
            ResidualCorrelation = c.ResidualCorrelation,
        };
        return new GenerativeModel(network, grid, coarse.Variables, new Normalisation { Scale = [1], Offset = [0] }, prior, refined.ClimatologicalStandardDeviation, CPU);
    }

    /// <summary>Linear interpolation between cells (stride 2), or a smoothing (stride 1).</summary>
    private static Tensor Kernel(int stride) => tensor([0.5f * stride / 2, 0.5f * stride, 0.5f * stride / 2]); // (3)
}
