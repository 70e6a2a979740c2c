using VaeDa.Fields.Grids;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>From a field to the mean and log-variance of its latent state, q(z|x).</summary>
internal sealed class ConvolutionalEncoder : nn.Module<Tensor, (Tensor Mean, Tensor LogVariance)>
{
    private readonly TorchSharp.Modules.ModuleList<GridConvolution> down = nn.ModuleList<GridConvolution>();
    private readonly TorchSharp.Modules.ModuleList<ResidualBlock> blocks = nn.ModuleList<ResidualBlock>();
    private readonly TorchSharp.Modules.Linear dense;
    private readonly TorchSharp.Modules.Linear? linear;
    private readonly Tensor? mean_scale;
    private readonly VaeSpec _spec;

    public ConvolutionalEncoder(VaeSpec spec, Grid grid, int variables)
        : base(nameof(ConvolutionalEncoder))
    {
        _spec = spec;
        var sizes = spec.LevelSizes(grid);
        var channels = variables;
        for (var level = 0; level < spec.Filters.Count; level++)
        {
            down.Add(new GridConvolution(channels, spec.Filters[level], spec.Strides[level], spec.Edges, grid.IsPeriodic));
            channels = spec.Filters[level];
            for (var b = 0; b < spec.ResidualBlocks; b++)
            {
                blocks.Add(new ResidualBlock(channels, spec.Activation, spec.Edges, grid.IsPeriodic));
            }
        }

        dense = nn.Linear((long)channels * sizes[^1].Rows * sizes[^1].Columns, 2 * spec.LatentSize);
        if (spec.LinearPath)
        {
            linear = nn.Linear((long)variables * grid.Cells, spec.LatentSize);
            linear.weight!.requires_grad = false;
            linear.bias!.requires_grad = false;
            mean_scale = ones(spec.LatentSize).DetachFromDisposeScope();
            register_buffer(nameof(mean_scale), mean_scale);
        }

        RegisterComponents();
    }

    /// <summary>What the convolutions compute in; weights, dense layers, what comes in and what goes out are float32.</summary>
    public ScalarType ConvolutionType { get; set; } = ScalarType.Float32;

    /// <summary>(k, N)</summary>
    public Tensor LinearProjection => linear!.weight!;

    /// <summary>Starts the encoder at the projection on EOFs, with the posterior that a linear Gaussian model would have.</summary>
    /// <param name="basis">As many EOFs as latents.</param>
    /// <param name="noiseVariance">The decoder's variance at the start, normalised units squared.</param>
    public void StartAt(EofBasis basis, double noiseVariance)
    {
        using var scope = NewDisposeScope();
        StartAt(basis.Projection, -basis.Projection.matmul(basis.Mean), 1 / (1 + basis.Eigenvalues / noiseVariance));
    }

    /// <summary>Starts the encoder at a linear map.</summary>
    /// <param name="weight">(k, N)</param>
    /// <param name="bias">(k)</param>
    /// <param name="variance">(k), of the latents about it.</param>
    public void StartAt(Tensor weight, Tensor bias, Tensor variance)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        linear!.weight!.copy_(weight);
        linear.bias!.copy_(bias);
        mean_scale!.copy_(variance.sqrt());
        dense.weight!.zero_();
        dense.bias!.copy_(cat([zeros_like(variance), variance.log()])); // (2k)
    }

    /// <param name="x">(B, V, H, W), normalised.</param>
    /// <returns>Two of (B, k).</returns>
    public override (Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = x.to(ConvolutionType); // (B, V, H, W)
        for (var level = 0; level < down.Count; level++)
        {
            hidden = _spec.Activation.Apply(down[level].call(hidden)); // (B, C, h, w)
            for (var b = 0; b < _spec.ResidualBlocks; b++)
            {
                hidden = blocks[level * _spec.ResidualBlocks + b].call(hidden); // (B, C, h, w)
            }
        }

        var halves = dense.call(hidden.flatten(1).to(float32)).chunk(2, 1); // 2 of (B, k)
        var mean = halves[0];
        if (linear is not null)
        {
            // The convolutions' correction is measured in the posterior's own standard deviations, so that one step of
            // the optimiser cannot throw a latent far from the EOFs'.
            mean = linear.call(x.flatten(1)) + mean_scale! * mean; // (B, k)
        }

        // Below, a variance is no number that float32 can use; above, it is far wider than the prior and only an accident of training.
        return (mean.MoveToOuterDisposeScope(), halves[1].clamp(-20, 4).MoveToOuterDisposeScope());
    }
}
