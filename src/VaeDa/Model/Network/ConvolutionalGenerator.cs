using VaeDa.Fields.Grids;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>From a latent state to a field, D(z).</summary>
internal sealed class ConvolutionalGenerator : nn.Module<Tensor, Tensor>
{
    // Of the EOFs of a large grid at a time: 50 MB.
    private const int MappedCellsTogether = 1 << 17;

    private readonly TorchSharp.Modules.Linear dense;
    private readonly TorchSharp.Modules.ModuleList<ResidualBlock> blocks = nn.ModuleList<ResidualBlock>();
    private readonly TorchSharp.Modules.ModuleList<nn.Module<Tensor, Tensor>> up = nn.ModuleList<nn.Module<Tensor, Tensor>>();
    private readonly GridConvolution? mix;
    private readonly GridConvolution? head;
    private readonly TorchSharp.Modules.Linear? linear;
    private readonly VaeSpec _spec;
    private readonly IReadOnlyList<(int Rows, int Columns)> _sizes;
    private readonly int _variables;

    public ConvolutionalGenerator(VaeSpec spec, Grid grid, int variables)
        : base(nameof(ConvolutionalGenerator))
    {
        (_spec, _variables) = (spec, variables);
        _sizes = spec.LevelSizes(grid);
        dense = nn.Linear(spec.LatentSize, (long)spec.Filters[^1] * _sizes[^1].Rows * _sizes[^1].Columns);
        for (var level = spec.Filters.Count - 1; level >= 0; level--)
        {
            var inputs = spec.Filters[level];
            var outputs = level > 0 ? spec.Filters[level - 1] : spec.HeadFilters ?? variables;
            for (var b = 0; b < spec.ResidualBlocks; b++)
            {
                blocks.Add(new ResidualBlock(inputs, spec.Activation, spec.Edges, grid.IsPeriodic));
            }

            up.Add(spec.Upsampling == Upsampling.Transposed
                ? new TransposedConvolution(inputs, outputs, spec.Strides[level], _sizes[level])
                : new GridConvolution(inputs, outputs, new Stride(1, 1), spec.Edges, grid.IsPeriodic));
        }

        if (spec.HeadFilters is { } filters)
        {
            // At full resolution the convolutions see the linear path's field too: what it lacks near a front depends on the front.
            mix = new GridConvolution(spec.LinearPath ? filters + variables : filters, filters, new Stride(1, 1), spec.Edges, grid.IsPeriodic);
            head = new GridConvolution(filters, variables, new Stride(1, 1), spec.Edges, grid.IsPeriodic);
        }

        if (spec.LinearPath)
        {
            linear = nn.Linear(spec.LatentSize, (long)variables * grid.Cells);
            linear.weight!.requires_grad = false;
            linear.bias!.requires_grad = false;
        }

        RegisterComponents();
    }

    /// <summary>What the convolutions compute in; weights, dense layers, what comes in and what goes out are float32.</summary>
    public ScalarType ConvolutionType { get; set; } = ScalarType.Float32;

    /// <summary>Whether the linear path's weights lie in a file, and memory need not hold more of them than is used at a time.</summary>
    public bool LinearPathIsMapped { get; private set; }

    /// <summary>(N)</summary>
    public Tensor LinearMean => linear!.bias!;

    /// <summary>(k, N)</summary>
    public Tensor LinearPatterns => linear!.weight!.transpose(0, 1);

    /// <summary>Starts the generator at the EOFs: the convolutions add nothing yet.</summary>
    public void StartAt(EofBasis basis)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        linear!.weight!.copy_(basis.Patterns.transpose(0, 1)); // (N, k)
        linear.bias!.copy_(basis.Mean); // (N)
        nn.init.zeros_(head!.Weight);
        nn.init.zeros_(head.Bias);
    }

    /// <param name="z">(B, k)</param>
    /// <returns>(B, V, H, W), normalised.</returns>
    public override Tensor forward(Tensor z)
    {
        using var scope = NewDisposeScope();
        var hidden = Then(Features(z, 0), features => Upsampled(features, 0)); // (B, C, H, W)
        var straight = Straight(z)?.reshape(-1, _variables, _sizes[0].Rows, _sizes[0].Columns); // (B, V, H, W)
        if (head is not null)
        {
            var seen = straight is null ? hidden : Then(hidden, h => cat([h, straight.to(ConvolutionType)], 1)); // (B, C + V, H, W)
            hidden = Then(Then(Then(seen, mix!.call), x => _spec.Activation.Apply(x)), head.call); // (B, V, H, W)
        }

        hidden = hidden.to(float32); // (B, V, H, W)
        return (straight is null ? hidden : hidden + straight).MoveToOuterDisposeScope(); // (B, V, H, W)
    }

    /// <param name="parameters">Those that are a mapping of a file, never to be written to.</param>
    public void SetMapped(IReadOnlyList<Tensor> parameters) =>
        LinearPathIsMapped = linear is not null && parameters.Any(p => p.Handle == linear.weight!.Handle);

    /// <summary>The generator at some cells only; null where whole fields cost no more.</summary>
    /// <param name="cells">Of the H × W.</param>
    public CellGenerator? At(IReadOnlyList<int> cells) =>
        CellGenerator.Of(this, new CellGenerator.Parts(_spec, _sizes, _variables, linear, mix, head), [.. up], cells);

    /// <summary>The derivatives of sums over a few cells each; null where differences cost no more.</summary>
    /// <param name="indices">Into V·H·W, (n·m).</param>
    /// <param name="weights">(n·m)</param>
    /// <param name="m">Cells in each sum.</param>
    public LocalJacobian? JacobianOf(IReadOnlyList<long> indices, IReadOnlyList<float> weights, int m) =>
        LocalJacobian.Of(this, new CellGenerator.Parts(_spec, _sizes, _variables, linear, mix, head), [.. up], indices, weights, m);

    internal TorchSharp.Modules.Linear Dense => dense;

    /// <param name="x">What the dense layer gives, (B, C·h·w).</param>
    /// <returns>(B, C, h, w)</returns>
    internal Tensor Bottleneck(Tensor x)
    {
        using var scope = NewDisposeScope();
        return _spec.BottleneckActivation.Apply(x).reshape(-1, _spec.Filters[^1], _sizes[^1].Rows, _sizes[^1].Columns).MoveToOuterDisposeScope(); // (B, C, h, w)
    }

    /// <summary>What the upsampling onto a level takes.</summary>
    /// <param name="z">(B, k)</param>
    /// <param name="onto">0 for the finest.</param>
    /// <returns>(B, C, h, w), of the next coarser level.</returns>
    internal Tensor Features(Tensor z, int onto)
    {
        using var scope = NewDisposeScope();
        var hidden = Then(dense.call(z), Bottleneck).to(ConvolutionType); // (B, C, h, w)
        for (var level = up.Count - 1; ; level--)
        {
            for (var b = 0; b < _spec.ResidualBlocks; b++)
            {
                hidden = Then(hidden, blocks[(up.Count - 1 - level) * _spec.ResidualBlocks + b].call); // (B, C, h, w)
            }

            if (level == onto)
            {
                return hidden.MoveToOuterDisposeScope();
            }

            var coarser = level;
            hidden = Then(hidden, features => Upsampled(features, coarser)); // (B, C', H, W)
        }
    }

    /// <summary>The linear path; null without one.</summary>
    /// <param name="z">(B, k)</param>
    /// <returns>(B, N)</returns>
    private Tensor? Straight(Tensor z)
    {
        if (linear is null || !LinearPathIsMapped)
        {
            return linear?.call(z);
        }

        using var scope = NewDisposeScope();
        var parts = linear.weight!.split(MappedCellsTogether).Zip(linear.bias!.split(MappedCellsTogether), (weight, bias) => // (c, k), (c)
        {
            var part = nn.functional.linear(z, weight, bias); // (B, c)
            weight.GiveBackMapped();
            return part;
        });
        return cat([.. parts], 1).MoveToOuterDisposeScope(); // (B, N)
    }

    /// <param name="hidden">(B, C, h, w)</param>
    /// <param name="level">Onto which; 0 for the finest.</param>
    /// <returns>(B, C', H, W), of the level.</returns>
    private Tensor Upsampled(Tensor hidden, int level)
    {
        using var scope = NewDisposeScope();
        var layer = up[up.Count - 1 - level];
        var (height, width) = _sizes[level];
        var fine = layer is not GridConvolution convolution ? layer.call(hidden)
            : (height, width) == (2 * hidden.shape[2], 2 * hidden.shape[3]) && !GridConvolution.IsInStrips(height * width, hidden) ? convolution.OfDoubled(hidden)
            : Then(nn.functional.interpolate(hidden, size: [height, width]), layer.call); // (B, C', H, W)
        return (level > 0 || head is not null ? Then(fine, x => _spec.Activation.Apply(x)) : fine).MoveToOuterDisposeScope();
    }

    /// <summary>A layer whose input is given up at once: at full size one layer's values are 100 MB.</summary>
    private static Tensor Then(Tensor input, Func<Tensor, Tensor> layer)
    {
        using (input)
        {
            return layer(input);
        }
    }
}
