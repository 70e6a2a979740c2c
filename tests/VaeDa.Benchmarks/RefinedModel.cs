using TorchSharp;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>
/// A trained model taken to another grid, so that a generator of full size need not be trained: its convolutions as they
/// are, and all that belongs to places (dense layers, EOFs, the generator's error, its patterns and season) interpolated.
/// </summary>
internal static class RefinedModel
{
    // As many as training would find on a grid of that size.
    private const long MostPatternValues = 32_000_000;

    public static Grid GlobalGrid(int rows, int columns)
    {
        // An odd number of rows has the poles among them, as 721 have.
        var step = 180.0 / (rows % 2 == 0 ? rows : rows - 1);
        var first = rows % 2 == 0 ? 90 - step / 2 : 90;
        return new Grid([.. Enumerable.Range(0, rows).Select(i => first - i * step)], [.. Enumerable.Range(0, columns).Select(j => j * 360.0 / columns)]);
    }

    /// <param name="coarse">From a file; not disposed.</param>
    /// <param name="grid">Global.</param>
    /// <param name="latents">k: the trained ones, and if it is more, these again, turned about the Earth's axis.</param>
    public static GenerativeModel Of(GenerativeModel coarse, Grid grid, int? latents = null)
    {
        var k = latents ?? coarse.LatentSize;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var spec = coarse.Card!.Spec with { LatentSize = k };
        var network = new VariationalAutoencoder(spec, grid, coarse.Variables.Count, 0);
        var trained = ((VariationalAutoencoder)coarse.Autoencoder).state_dict();
        var (from, to) = (spec.LevelSizes(coarse.Grid)[^1], spec.LevelSizes(grid)[^1]);
        foreach (var (name, values) in network.state_dict())
        {
            using var inner = NewDisposeScope();
            values.copy_(name switch
            {
                "generator.dense.weight" => Places(Latents(trained[name].transpose(0, 1)), from, to).transpose(0, 1), // (C·h·w, k)
                "generator.dense.bias" => Places(trained[name].unsqueeze(0), from, to).squeeze(0), // (C·h·w)
                "generator.linear.weight" => Places(Latents(trained[name].transpose(0, 1)), Size(coarse.Grid), Size(grid)).transpose(0, 1), // (N, k)
                "generator.linear.bias" => Places(trained[name].unsqueeze(0), Size(coarse.Grid), Size(grid)).squeeze(0), // (N)
                // Not used by an analysis: the encoder keeps its first weights.
                _ when name.StartsWith("encoder.", StringComparison.Ordinal) => values,
                _ => trained[name],
            });
        }

        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        var c = coarse.Prior;
        var modes = (int)Math.Min(c.ResidualPatterns.Count, MostPatternValues / (coarse.Variables.Count * grid.Cells));
        var prior = new PriorStatistics
        {
            LatentMean = Repeated(c.LatentMean).DetachFromDisposeScope(), // (k)
            LatentVariance = Repeated(c.LatentVariance).DetachFromDisposeScope(), // (k)
            GeneratorError = Fine(tensor(c.GeneratorError).unsqueeze(0)).data<float>().ToArray(), // (N)
            ResidualPatterns = new ResidualPatterns(modes == 0 ? zeros(0, coarse.Variables.Count * grid.Cells) : Fine(c.ResidualPatterns.Whole().narrow(0, 0, modes))), // (m, N)
            ResidualCorrelation = c.ResidualCorrelation,
        };
        return new GenerativeModel(network, grid, coarse.Variables, coarse.Normalisation, prior, Fine(tensor(coarse.ClimatologicalStandardDeviation).unsqueeze(0)).data<float>().ToArray(), CPU);

        Tensor Fine(Tensor fields) => Places(fields, Size(coarse.Grid), Size(grid)); // (b, N)

        Tensor Repeated(Tensor values) => cat(Enumerable.Repeat(values, (k + coarse.LatentSize - 1) / coarse.LatentSize).ToList()).narrow(0, 0, k).clone(); // (k)

        // (k, places): row i is trained latent i mod k', turned by 50 degrees for each time it was used before; less of each,
        // so that fields keep their variance.
        Tensor Latents(Tensor rows)
        {
            var size = rows.shape[1] % coarse.Grid.Cells == 0 && rows.shape[1] / coarse.Grid.Cells <= coarse.Variables.Count ? Size(coarse.Grid) : from;
            var maps = rows.reshape(rows.shape[0], -1, size.Rows, size.Columns);
            var turned = Enumerable.Range(0, (k + coarse.LatentSize - 1) / coarse.LatentSize).Select(i => maps.roll([(long)Math.Round(i * 50.0 / 360 * size.Columns)], [3])).ToList();
            return cat(turned).narrow(0, 0, k).flatten(1) / Math.Sqrt(Math.Max(1, (double)k / coarse.LatentSize));
        }
    }

    /// <summary>As a file of the toolkit's.</summary>
    public static void Save(string path, GenerativeModel model, ModelCard card)
    {
        var network = (VariationalAutoencoder)model.Autoencoder;
        ModelFile.Save(path, network, card with { Grid = model.Grid, Spec = network.Spec, Normalisation = model.Normalisation }, model.Prior, model.ClimatologicalStandardDeviation);
    }

    private static (int Rows, int Columns) Size(Grid grid) => (grid.Height, grid.Width);

    /// <summary>Bilinear, periodic in longitude.</summary>
    /// <param name="rows">(b, C·h·w)</param>
    /// <returns>(b, C·h'·w')</returns>
    public static Tensor Places(Tensor rows, (int Rows, int Columns) from, (int Rows, int Columns) to)
    {
        using var scope = NewDisposeScope();
        var maps = rows.reshape(rows.shape[0], -1, from.Rows, from.Columns); // (b, C, h, w)
        // One column more on either side, and what is made of them cut off again.
        var margin = (to.Columns + from.Columns - 1) / from.Columns;
        var wide = nn.functional.pad(maps, [1, 1, 0, 0], PaddingModes.Circular); // (b, C, h, w + 2)
        var fine = nn.functional.interpolate(wide, size: [to.Rows, to.Columns + 2 * margin], mode: InterpolationMode.Bilinear, align_corners: false); // (b, C, h', w' + 2m)
        return fine.narrow(3, margin, to.Columns).flatten(1).contiguous().MoveToOuterDisposeScope(); // (b, C·h'·w')
    }
}
