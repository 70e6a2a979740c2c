using VaeDa.Archives.Batches;
using VaeDa.Fields.Grids;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>
/// A variational autoencoder (Kingma and Welling 2014): an encoder, a generator and the variance of what the generator leaves
/// unexplained. <see cref="ModelFile"/> reads a trained one; <c>ModelBuilder.Build</c> makes a new one.
/// </summary>
public sealed class VariationalAutoencoder : nn.Module, IAutoencoder
{
    private readonly ConvolutionalEncoder? encoder;
    private readonly ConvolutionalGenerator generator;
    private readonly Tensor decoder_log_variance;

    /// <param name="spec">The network's shape.</param>
    /// <param name="grid">H × W cells.</param>
    /// <param name="variables">V.</param>
    /// <param name="initialisation">Seed of the weights' first values.</param>
    internal VariationalAutoencoder(VaeSpec spec, Grid grid, int variables, long initialisation)
        : this(spec, spec, grid, variables, grid, variables, initialisation)
    {
    }

    /// <summary>A network whose encoder reads other fields than its generator makes.</summary>
    /// <param name="spec">Of the generator; the encoder's is the same, always with a linear path.</param>
    /// <param name="sourceGrid">Of the fields that the encoder reads.</param>
    /// <param name="sourceVariables">Their variables.</param>
    /// <param name="grid">Of the fields that the generator makes.</param>
    /// <param name="variables">V.</param>
    /// <param name="initialisation">Seed of the weights' first values.</param>
    internal VariationalAutoencoder(VaeSpec spec, Grid sourceGrid, int sourceVariables, Grid grid, int variables, long initialisation)
        : this(spec, spec is null ? null : spec with { LinearPath = true }, sourceGrid, sourceVariables, grid, variables, initialisation)
    {
    }

    private VariationalAutoencoder(VaeSpec spec, VaeSpec? encoderSpec, Grid? sourceGrid, int sourceVariables, Grid grid, int variables, long initialisation)
        : base(nameof(VariationalAutoencoder))
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(grid);
        Spec = spec;
        BytesOfField = spec.BytesOfField(grid, variables);
        using var drawn = FirstWeights.From(initialisation);
        encoder = sourceGrid is null ? null : new ConvolutionalEncoder(encoderSpec!, sourceGrid, sourceVariables);
        generator = new ConvolutionalGenerator(spec, grid, variables);
        decoder_log_variance = zeros(variables).DetachFromDisposeScope();
        register_buffer(nameof(decoder_log_variance), decoder_log_variance);
        RegisterComponents();
    }

    /// <summary>The generator alone, which is all that an analysis needs: half the memory.</summary>
    internal static VariationalAutoencoder WithoutEncoder(VaeSpec spec, Grid grid, int variables) => new(spec, null, null, 0, grid, variables, 0);

    /// <summary>The shape of the network, and what it was trained to minimise.</summary>
    public VaeSpec Spec { get; }

    /// <inheritdoc/>
    public int LatentSize => Spec.LatentSize;

    /// <inheritdoc/>
    public Tensor? LinearPatterns => Spec.LinearPath ? generator.LinearPatterns : null;

    /// <summary>
    /// What the convolutions compute in: float32, or bfloat16 where a device is quicker in it. Weights, dense layers, the linear
    /// path, what comes in and what goes out are float32 either way.
    /// </summary>
    internal ScalarType ConvolutionType
    {
        get => generator.ConvolutionType;
        set
        {
            generator.ConvolutionType = value;
            if (encoder is not null)
            {
                encoder.ConvolutionType = value;
            }
        }
    }

    /// <summary>log σ² of the decoder, (V), normalised units squared.</summary>
    internal Tensor DecoderLogVariance => decoder_log_variance;

    /// <inheritdoc cref="VaeSpec.BytesOfField"/>
    internal long BytesOfField { get; }

    /// <summary>Whether the network has its encoder; what needs one throws <see cref="InvalidOperationException"/> without.</summary>
    public bool HasEncoder => encoder is not null;

    private ConvolutionalEncoder Encoder => encoder ?? throw new InvalidOperationException("this network was loaded without its encoder");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The network was loaded without its encoder.</exception>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor x) =>
        Encoder.call(x);

    Tensor IAutoencoder.Filled(FieldBatch batch) => Filled(batch);

    /// <inheritdoc cref="IAutoencoder.Filled"/>
    /// <remarks>By the linear path; without one, fields stay as they are.</remarks>
    internal Tensor Filled(FieldBatch batch)
    {
        using var scope = NewDisposeScope();
        return (batch.IsComplete || !Spec.LinearPath
            ? batch.Fields.alias()
            : GapFilling.Fill(batch.Fields.flatten(1), batch.Weights.flatten(1), generator.LinearMean, generator.LinearPatterns, Math.Exp(decoder_log_variance.mean().item<float>())).reshape(batch.Fields.shape)).MoveToOuterDisposeScope(); // (B, V, H, W)
    }

    /// <inheritdoc/>
    public Tensor Decode(Tensor z) => generator.call(z);

    ICellDecoder? IAutoencoder.At(IReadOnlyList<int> cells) => generator.At(cells);

    ILocalJacobian? IAutoencoder.JacobianOf(IReadOnlyList<long> indices, IReadOnlyList<float> weights, int m) => generator.JacobianOf(indices, weights, m);

    /// <summary>Starts a network with a linear path at the EOFs of its training fields.</summary>
    /// <param name="basis">As many as there are latents.</param>
    /// <exception cref="InvalidOperationException">The network has no linear path, or was loaded without its encoder.</exception>
    internal void StartAt(EofBasis basis)
    {
        ArgumentNullException.ThrowIfNull(basis);
        if (!Spec.LinearPath)
        {
            throw new InvalidOperationException("this network has no linear path that could start at EOFs");
        }

        using var noGrad = no_grad();
        Encoder.StartAt(basis, basis.ResidualVariance);
        generator.StartAt(basis);
        decoder_log_variance.fill_(Math.Log(basis.ResidualVariance));
    }

    /// <summary>Takes another network's generator as it is, frozen, and starts the encoder at a linear map.</summary>
    /// <param name="generating">Of the same spec and grid.</param>
    /// <param name="weight">(k, N'), from what the encoder reads, normalised, to the latents.</param>
    /// <param name="bias">(k)</param>
    /// <param name="variance">(k), of the latents about the map.</param>
    /// <exception cref="InvalidOperationException">The network was loaded without its encoder.</exception>
    internal void StartAt(VariationalAutoencoder generating, Tensor weight, Tensor bias, Tensor variance)
    {
        ArgumentNullException.ThrowIfNull(generating);
        var started = Encoder;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var theirs = generating.generator.state_dict();
        foreach (var (name, values) in generator.state_dict())
        {
            values.copy_(theirs[name]);
        }

        foreach (var parameter in generator.parameters())
        {
            parameter.requires_grad = false;
        }

        started.StartAt(weight, bias, variance);
        decoder_log_variance.copy_(generating.decoder_log_variance);
    }

    /// <inheritdoc cref="ConvolutionalGenerator.LinearPathIsMapped"/>
    internal bool LinearPathIsMapped => generator.LinearPathIsMapped;

    /// <inheritdoc cref="ConvolutionalGenerator.SetMapped"/>
    internal void SetMapped(IReadOnlyList<Tensor> parameters) => generator.SetMapped(parameters);

    /// <summary>The EOFs of a network's linear path: the rival that it started at. Null without one.</summary>
    /// <exception cref="InvalidOperationException">The network was loaded without its encoder.</exception>
    internal EofBasis? LinearPath(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (!Spec.LinearPath)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return EofBasis.From(generator.LinearMean.cpu(), generator.LinearPatterns.cpu(), Encoder.LinearProjection.cpu(), grid, decoder_log_variance.exp().mean().item<float>());
    }
}
