using VaeDa.Fields.Grids;

namespace VaeDa.Model.Network;

/// <summary>Everything that decides the network's shape, independent of the grid and of the number of variables.</summary>
public sealed record VaeSpec
{
    /// <summary>The dense layers, and the covariances of the latents, grow with it: a covariance of so many takes 34 GB.</summary>
    internal const int MostLatents = 1 << 16;

    // Far beyond all use; products of two of them are whole numbers still.
    private const int MostChannels = 1 << 16;

    /// <summary>The name of the preset that the numbers came from: <c>default</c> or <c>seed</c>.</summary>
    public required string Preset { get; init; }

    /// <summary>The dimension of the latent space, k, at least 1.</summary>
    public required int LatentSize { get; init; }

    /// <summary>
    /// The number of channels after each of the encoder's convolutions, one a level, finest level first; the generator takes
    /// them backwards.
    /// </summary>
    public required IReadOnlyList<int> Filters { get; init; }

    /// <summary>How many cells each of the encoder's convolutions steps over, one a level, finest level first.</summary>
    public required IReadOnlyList<Stride> Strides { get; init; }

    /// <summary>The non-linear function between the network's convolutions.</summary>
    public required Activation Activation { get; init; }

    /// <summary>The non-linear function between the generator's dense layer and its first convolution.</summary>
    public required Activation BottleneckActivation { get; init; }

    /// <summary>What the convolutions see beyond the edges of the grid.</summary>
    public required Edges Edges { get; init; }

    /// <summary>How the generator makes a finer level of a coarser one.</summary>
    public required Upsampling Upsampling { get; init; }

    /// <summary>The number of residual blocks at each level of encoder and generator but the finest.</summary>
    public int ResidualBlocks { get; init; }

    /// <summary>
    /// The number of channels at full resolution before a last convolution makes the field; null where the last upsampling makes
    /// it.
    /// </summary>
    public int? HeadFilters { get; init; }

    /// <summary>
    /// Whether there is a fixed linear map beside the convolutions of encoder and generator, the leading EOFs of the training
    /// fields, so that the convolutions learn what the EOFs miss.
    /// </summary>
    public bool LinearPath { get; init; }

    /// <summary>What training minimises.</summary>
    public required Objective Objective { get; init; }

    /// <summary>
    /// The scale and offset of the variables' normalisation, by unit. Variables of a unit that is not listed have the standard
    /// deviation of the training fields for a scale, and offset 0.
    /// </summary>
    public IReadOnlyDictionary<string, ScaleAndOffset> Normalisation { get; init; } = new Dictionary<string, ScaleAndOffset>();

    /// <summary>This toolkit's own network, of residual blocks beside a linear path over EOFs.</summary>
    /// <param name="latentSize">The dimension of the latent space, k.</param>
    /// <returns>The preset <c>default</c>.</returns>
    public static VaeSpec Default(int latentSize = 100) => new()
    {
        Preset = "default",
        LatentSize = latentSize,
        // Few channels at the last level: the dense layers on it hold most parameters, are tied to places and learn years by heart.
        Filters = [32, 64, 24],
        Strides = [new(2, 2), new(2, 2), new(2, 2)],
        Activation = Activation.Silu,
        BottleneckActivation = Activation.Silu,
        Edges = Edges.Wrap,
        Upsampling = Upsampling.Nearest,
        ResidualBlocks = 1,
        HeadFilters = 24,
        LinearPath = true,
        Objective = Objective.Elbo,
    };

    /// <summary>The network of the research code that this toolkit follows, on any grid.</summary>
    /// <param name="latentSize">The dimension of the latent space, k.</param>
    /// <returns>The preset <c>seed</c>.</returns>
    public static VaeSpec Seed(int latentSize = 100) => new()
    {
        Preset = "seed",
        LatentSize = latentSize,
        Filters = [5, 10, 20, 40, 80],
        Strides = [new(2, 2), new(2, 2), new(2, 2), new(2, 2), new(1, 2)],
        Activation = Activation.Elu,
        BottleneckActivation = Activation.Relu,
        Edges = Edges.Zero,
        Upsampling = Upsampling.Transposed,
        Objective = Objective.ScaledSquaredError,
        Normalisation = new Dictionary<string, ScaleAndOffset>
        {
            ["K"] = new(15, 0.5),
            ["Pa"] = new(3000, 0.5),
            ["m s-1"] = new(12, 0.5),
            ["m s**-1"] = new(12, 0.5),
        },
    };

    /// <summary>A preset by its name.</summary>
    /// <param name="preset"><c>default</c> or <c>seed</c>.</param>
    /// <param name="latentSize">The dimension of the latent space, k.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="InvalidInputException">There is no such preset.</exception>
    public static VaeSpec Named(string preset, int latentSize) => preset switch
    {
        "default" => Default(latentSize),
        "seed" => Seed(latentSize),
        _ => throw new InvalidInputException($"there is no preset '{preset}'; there are 'default' and 'seed'"),
    };

    /// <summary>The numbers of rows and columns of the network's levels on a grid.</summary>
    /// <param name="grid">The grid of the fields, H × W cells.</param>
    /// <returns>One more than there are <see cref="Filters"/>: the grid's own first, the bottleneck's last.</returns>
    /// <exception cref="InvalidInputException">The spec contradicts itself: not as many filters as strides, or none, or no latents.</exception>
    public IReadOnlyList<(int Rows, int Columns)> LevelSizes(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        RequireSound();
        var sizes = new List<(int Rows, int Columns)> { (grid.Height, grid.Width) };
        foreach (var stride in Strides)
        {
            sizes.Add(((sizes[^1].Rows + stride.Rows - 1) / stride.Rows, (sizes[^1].Columns + stride.Columns - 1) / stride.Columns));
        }

        return sizes;
    }

    /// <exception cref="InvalidInputException">The spec contradicts itself, or no network can be so large.</exception>
    internal void RequireSound()
    {
        if (LatentSize < 1 || Filters.Count == 0 || Filters.Count != Strides.Count || Filters.Any(f => f < 1))
        {
            throw new InvalidInputException($"model spec: {LatentSize} latents, {Filters.Count} levels of filters and {Strides.Count} strides do not make a network");
        }

        if (LatentSize > MostLatents)
        {
            throw new InvalidInputException($"model spec: {LatentSize} latents; there can be {MostLatents} at most");
        }

        if (Filters.Append(HeadFilters ?? 1).Any(f => f is < 1 or > MostChannels) || Strides.Any(s => s.Rows is < 1 or > MostChannels || s.Columns is < 1 or > MostChannels) || ResidualBlocks is < 0 or > MostChannels)
        {
            throw new InvalidInputException($"model spec: filters, strides and residual blocks are at least 1, 1 and 0, and at most {MostChannels}");
        }
    }

    /// <summary>
    /// About how many bytes a training step takes for each field: what the layers keep for the way back, and the field, its
    /// loss and the layers' scratch, which came to some 40 values a cell where it was measured (float32, on a CPU).
    /// </summary>
    /// <param name="grid">H × W.</param>
    /// <param name="variables">V.</param>
    internal long BytesOfField(Grid grid, int variables)
    {
        double[] cells = [.. LevelSizes(grid).Select(size => (double)size.Rows * size.Columns)];
        var values = (40 * variables + 3 * (HeadFilters ?? 0)) * cells[0];
        for (var level = 0; level < Filters.Count; level++)
        {
            // A convolution keeps what it read, an activation too; so a residual block keeps three. In encoder and generator.
            values += 2 * (1 + 3 * ResidualBlocks) * Filters[level] * cells[level + 1];
            var upsampled = Upsampling == Upsampling.Nearest ? Filters[level] : 0;
            values += (upsampled + (level > 0 ? Filters[level - 1] : HeadFilters ?? variables)) * cells[level];
        }

        return (long)(sizeof(float) * values);
    }
}

/// <summary>What a convolution sees beyond the grid's edge.</summary>
public enum Edges
{
    /// <summary>Zeros on all four sides, with the asymmetric 'same' padding of the research code.</summary>
    Zero,

    /// <summary>The other side in longitude where the grid is periodic; the edge's own value elsewhere.</summary>
    Wrap,
}

/// <summary>What training minimises.</summary>
public enum Objective
{
    /// <summary>The negative evidence lower bound with the decoder's variance set to its optimum (Rybkin et al. 2021).</summary>
    Elbo,

    /// <summary>
    /// The research code's: 10⁶ times the mean squared error, plus an estimate of the divergence of q(z|x) from N(0, I) from one
    /// sample.
    /// </summary>
    ScaledSquaredError,
}

/// <summary>Between an anomaly and the number that a network reads: normalised = anomaly / scale + offset.</summary>
/// <param name="Scale">What an anomaly is divided by, in its units, above 0.</param>
/// <param name="Offset">What is added then, without a unit: the normalised value of no anomaly.</param>
public readonly record struct ScaleAndOffset(double Scale, double Offset);

/// <summary>How the generator makes a finer level of a coarser one.</summary>
public enum Upsampling
{
    /// <summary>A transposed convolution, with zeros beyond the edge.</summary>
    Transposed,

    /// <summary>Each cell repeated, then a convolution, which unlike a transposed one can wrap in longitude.</summary>
    Nearest,
}
