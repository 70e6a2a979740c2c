using VaeDa.Model;
using VaeDa.Model.Autoencoders;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>
/// H D(z) and its Jacobian: of a large field only the cells that the observations touch are generated. Latents and equivalents
/// are in double precision on the CPU, the generator in single precision on its own device.
/// </summary>
internal sealed class ObservedGenerator : IDisposable
{
    private readonly GenerativeModel _model;
    private readonly int[] _cells;
    private readonly ICellDecoder? _decoder; // null: whole fields
    private readonly Tensor _scale; // (1, V, c), or (1, V, 1)
    private readonly ObservationOperator _operator; // of the decoder's cells, or of whole fields
    private readonly Lazy<ILocalJacobian?> _jacobian;
    private readonly Tensor _deviation; // (1, k), of the latents

    /// <param name="model">Not disposed here.</param>
    /// <param name="h">H.</param>
    /// <param name="chunkSize">States to decode together, where so many fit.</param>
    public ObservedGenerator(GenerativeModel model, ObservationOperator h, int chunkSize)
    {
        _model = model;
        ChunkSize = model.StatesTogether(chunkSize);
        _cells = [.. h.Indices.Select(i => (int)(i % model.Grid.Cells)).Distinct()];
        _decoder = model.Autoencoder.At(_cells);
        _scale = model.ScaleAt(_cells).DetachFromDisposeScope();
        _operator = _decoder is null ? h : h.Within(_cells, model.Grid.Cells);
        _jacobian = new(() => _decoder is null || !h.IsOfSingleObservations ? null : model.JacobianOf(h.Indices, h.Weights, ObservationOperator.Corners));
        _deviation = model.Prior.LatentVariance.to(float64).sqrt().unsqueeze(0).DetachFromDisposeScope();
    }

    /// <summary>States that are decoded together.</summary>
    public int ChunkSize { get; }

    /// <summary>States decoded so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Vector–Jacobian products so far, in states.</summary>
    public int BackwardCalls { get; private set; }

    /// <summary>Differentiable; on the model's device.</summary>
    /// <param name="z">(B, k), single precision, no more than <see cref="ChunkSize"/>.</param>
    /// <returns>(B, n)</returns>
    public Tensor Apply(Tensor z)
    {
        using var fields = _decoder is null ? _model.Decode(z) : _model.Decode(z, _decoder, _scale); // (B, N) or (B, V, c)
        return _operator.Apply(fields); // (B, n)
    }

    /// <summary>H D(z) of any number of states.</summary>
    /// <param name="z">(S, k)</param>
    /// <returns>(S, n)</returns>
    public Tensor Equivalents(Tensor z)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = z.split(ChunkSize).Select(part =>
        {
            using var inner = NewDisposeScope();
            var equivalents = Apply(part.to(float32).to(_model.Device)).cpu().to(float64).MoveToOuterDisposeScope(); // (s, n)
            Calls += (int)part.shape[0];
            return equivalents;
        });
        return cat(parts.ToList()).MoveToOuterDisposeScope(); // (S, n)
    }

    /// <summary>A pass through the generator, from which derivatives can be pulled back once.</summary>
    /// <param name="z">(s, k), no more than <see cref="ChunkSize"/>.</param>
    public ForwardPass Forward(Tensor z)
    {
        using var grad = enable_grad();
        var state = z.to(float32).to(_model.Device).detach().requires_grad_(true); // (s, k)
        Calls += (int)z.shape[0];
        return new ForwardPass(this, state, Apply(state));
    }

    /// <summary>The Jacobian at one state: exact where the generator has a cheap way, else by differences.</summary>
    /// <param name="z">(1, k)</param>
    /// <returns>(n, k)</returns>
    public Tensor Jacobian(Tensor z)
    {
        using var scope = NewDisposeScope();
        if (_jacobian.Value?.At(z.to(float32).to(_model.Device)) is { } exact)
        {
            // What passes through the observations' cells once, and back once.
            Calls++;
            BackwardCalls++;
            return exact.cpu().to(float64).MoveToOuterDisposeScope(); // (n, k)
        }

        return Differences(z).MoveToOuterDisposeScope(); // (n, k)
    }

    /// <summary>The Jacobian at one state by each observation's own pass back; null where differences cost no more.</summary>
    /// <param name="z">(1, k), single precision.</param>
    /// <returns>(n, k), on the model's device.</returns>
    public Tensor? LocalJacobian(Tensor z) => _jacobian.Value?.At(z);

    /// <summary>The Jacobian at one state, by forward differences, a few columns at a time.</summary>
    /// <param name="z">(1, k)</param>
    /// <returns>(n, k)</returns>
    public Tensor Differences(Tensor z)
    {
        using var scope = NewDisposeScope();
        return ForwardDifferences.Of(Equivalents, z, _deviation).Derivatives.transpose(0, 1).MoveToOuterDisposeScope(); // (n, k)
    }

    /// <summary>H times the generator's linear part, (n, k): a first guess of the Jacobian that costs no call of the generator; null if it has none.</summary>
    public Tensor? LinearJacobian()
    {
        using var scope = NewDisposeScope();
        var patterns = _decoder is null ? _model.LinearPatterns() : _model.LinearPatterns(_cells); // (k, N) or (k, V, c)
        var jacobian = patterns is null ? null : _operator.Apply(patterns).cpu().to(float64).transpose(0, 1); // (n, k)
        // The cells lie scattered over the linear path, so that most of it was read.
        _model.GiveMemoryBack();
        return jacobian?.MoveToOuterDisposeScope(); // (n, k)
    }

    public void Dispose()
    {
        _decoder?.Dispose();
        _scale.Dispose();
        _deviation.Dispose();
        if (_jacobian.IsValueCreated)
        {
            _jacobian.Value?.Dispose();
        }
    }

    /// <summary>H D(z) of a few states, its tensors the dispose scope's in which it was made.</summary>
    public sealed class ForwardPass(ObservedGenerator generator, Tensor state, Tensor onDevice)
    {
        /// <summary>H D(z), (s, n), double precision.</summary>
        public Tensor Equivalents { get; } = onDevice.detach().cpu().to(float64);

        /// <summary>vᵀ ∂(H D)/∂z.</summary>
        /// <param name="cotangents">v, (s, n).</param>
        /// <returns>(s, k), double precision.</returns>
        public Tensor PullBack(Tensor cotangents)
        {
            using var scope = NewDisposeScope();
            onDevice.backward([cotangents.to(float32).to(state.device)]); // (s, n) into (s, k)
            generator.BackwardCalls += (int)state.shape[0];
            return state.grad!.cpu().to(float64).MoveToOuterDisposeScope(); // (s, k)
        }
    }
}
