using VaeDa.Fields.Grids;

namespace VaeDa.Model.Network;

/// <summary>
/// The tensors that a network has, by the names that its file has them under, told from its spec alone: what a file says of itself can be
/// compared with what is in it before anything is made of it.
/// </summary>
internal static class NetworkShapes
{
    private const int Kernel = 3;

    /// <summary>One after the other, and none before it is asked for: a spec that is wrong may stand for a million of them.</summary>
    /// <param name="spec">Of the generator; sound (<see cref="VaeSpec.LevelSizes"/>).</param>
    /// <param name="encoderSpec">The encoder's.</param>
    /// <param name="sourceGrid">Of the fields that the encoder reads.</param>
    /// <param name="sourceVariables">V'.</param>
    /// <param name="grid">Of the fields that the generator makes.</param>
    /// <param name="variables">V.</param>
    public static IEnumerable<(string Name, long[] Shape)> Of(VaeSpec spec, VaeSpec encoderSpec, Grid sourceGrid, int sourceVariables, Grid grid, int variables) =>
        Prefixed("generator.", Generator(spec, grid, variables)).Concat(Prefixed("encoder.", Encoder(encoderSpec, sourceGrid, sourceVariables))).Prepend(("decoder_log_variance", [variables]));

    private static IEnumerable<(string Name, long[] Shape)> Encoder(VaeSpec spec, Grid grid, int variables)
    {
        var (last, k) = (spec.LevelSizes(grid)[^1], spec.LatentSize);
        foreach (var layer in Layer("dense", 2L * k, (long)spec.Filters[^1] * last.Rows * last.Columns))
        {
            yield return layer;
        }

        if (spec.LinearPath)
        {
            yield return ("mean_scale", [k]);
            foreach (var layer in Layer("linear", k, (long)variables * grid.Cells))
            {
                yield return layer;
            }
        }

        for (var level = 0; level < spec.Filters.Count; level++)
        {
            foreach (var layer in Convolution($"down.{level}", level > 0 ? spec.Filters[level - 1] : variables, spec.Filters[level]))
            {
                yield return layer;
            }

            for (var b = 0; b < spec.ResidualBlocks; b++)
            {
                foreach (var layer in Block(level * spec.ResidualBlocks + b, spec.Filters[level]))
                {
                    yield return layer;
                }
            }
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> Generator(VaeSpec spec, Grid grid, int variables)
    {
        var (last, k, levels) = (spec.LevelSizes(grid)[^1], spec.LatentSize, spec.Filters.Count);
        foreach (var layer in Layer("dense", (long)spec.Filters[^1] * last.Rows * last.Columns, k))
        {
            yield return layer;
        }

        if (spec.LinearPath)
        {
            foreach (var layer in Layer("linear", (long)variables * grid.Cells, k))
            {
                yield return layer;
            }
        }

        for (var level = levels - 1; level >= 0; level--)
        {
            var (inputs, outputs) = (spec.Filters[level], level > 0 ? spec.Filters[level - 1] : spec.HeadFilters ?? variables);
            for (var b = 0; b < spec.ResidualBlocks; b++)
            {
                foreach (var layer in Block((levels - 1 - level) * spec.ResidualBlocks + b, inputs))
                {
                    yield return layer;
                }
            }

            var name = $"up.{levels - 1 - level}.conv";
            yield return ($"{name}.weight", spec.Upsampling == Upsampling.Transposed ? [inputs, outputs, Kernel, Kernel] : [outputs, inputs, Kernel, Kernel]);
            yield return ($"{name}.bias", [outputs]);
        }

        if (spec.HeadFilters is { } filters)
        {
            foreach (var layer in Convolution("mix", spec.LinearPath ? filters + variables : filters, filters).Concat(Convolution("head", filters, variables)))
            {
                yield return layer;
            }
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> Block(int number, long channels) =>
        Convolution($"blocks.{number}.first", channels, channels).Concat(Convolution($"blocks.{number}.second", channels, channels));

    private static (string Name, long[] Shape)[] Convolution(string name, long inputs, long outputs) =>
        [($"{name}.conv.weight", [outputs, inputs, Kernel, Kernel]), ($"{name}.conv.bias", [outputs])];

    private static (string Name, long[] Shape)[] Layer(string name, long outputs, long inputs) => [($"{name}.weight", [outputs, inputs]), ($"{name}.bias", [outputs])];

    private static IEnumerable<(string Name, long[] Shape)> Prefixed(string prefix, IEnumerable<(string Name, long[] Shape)> tensors) =>
        tensors.Select(tensor => (prefix + tensor.Name, tensor.Shape));
}
