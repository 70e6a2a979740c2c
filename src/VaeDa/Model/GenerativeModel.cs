using VaeDa.Archives;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Memory;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// An autoencoder with all that an assimilation needs of it: grid, units, prior statistics, climatological standard deviation.
/// A VAE's is kept in one .safetensors file; <see cref="ModelFile.Load(string, Device?)"/> reads it.
/// </summary>
/// <remarks>
/// Shapes: k latents, V variables, H × W cells, N = V·H·W values in a field, variable after variable and row after row from the
/// north; B fields at a time. Tensors that are returned are the caller's own, on the model's device.
/// </remarks>
public sealed class GenerativeModel : IDisposable
{
    // Of all states that are decoded together: at full size one state's values on the way are hundreds of megabytes.
    private const int CellsTogether = 1 << 20;

    // On a processor. More of a small grid's states would not lie in its caches, and take memory anew.
    private const int StatesInCaches = 8;

    // Values. The memory of smaller fields is not worth giving back.
    private const int LargeField = 1 << 17;

    private bool _borrowed; // the network is another model's to dispose
    private bool _sharesMemory; // so is the memory
    private readonly Tensor _scale; // (1, V, 1, 1), or with β in it (1, V, H, W)
    private readonly Tensor _offset; // (1, V, 1, 1)
    private readonly float[]? _regression; // β, (V, H, W)
    private GenerativeModel? _ofTheYear; // what this one was put at a time from

    /// <summary>Makes a model of its parts.</summary>
    /// <param name="autoencoder">The encoder and the generator; the model's own from here, disposed with it.</param>
    /// <param name="grid">The grid of the fields, H × W cells.</param>
    /// <param name="variables">The variables of the fields, V of them, in the order in which a field holds them.</param>
    /// <param name="normalisation">The scale and offset of each variable, from units to what the autoencoder reads and makes.</param>
    /// <param name="prior">The statistics measured with this autoencoder; the model's own from here, disposed with it.</param>
    /// <param name="climatologicalStandardDeviation">
    /// The standard deviation of the anomalies, shape (V, H, W), in the units of the variables; a mean over the year.
    /// </param>
    /// <param name="device">The device that the autoencoder's weights are on.</param>
    /// <exception cref="ArgumentException">These are not all of as many variables and cells.</exception>
    public GenerativeModel(IAutoencoder autoencoder, Grid grid, IReadOnlyList<Variable> variables, Normalisation normalisation, PriorStatistics prior, float[] climatologicalStandardDeviation, Device device)
        : this(autoencoder, grid, variables, normalisation, prior, climatologicalStandardDeviation, device, null)
    {
    }

    private GenerativeModel(IAutoencoder autoencoder, Grid grid, IReadOnlyList<Variable> variables, Normalisation normalisation, PriorStatistics prior, float[] climatologicalStandardDeviation, Device device, float[]? regression)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(normalisation);
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(climatologicalStandardDeviation);
        if (normalisation.Scale.Count != variables.Count || normalisation.Offset.Count != variables.Count)
        {
            throw new ArgumentException($"{normalisation.Scale.Count} scales and {normalisation.Offset.Count} offsets for {variables.Count} variables", nameof(normalisation));
        }

        RequireLength(prior.GeneratorError.Length, variables.Count * grid.Cells, "generator's error", nameof(prior));
        RequireLength(climatologicalStandardDeviation.Length, variables.Count * grid.Cells, "climatological standard deviation", nameof(climatologicalStandardDeviation));
        (Autoencoder, Grid, Variables, Normalisation, Prior, Device) = (autoencoder, grid, variables, normalisation, prior, device);
        ClimatologicalStandardDeviation = climatologicalStandardDeviation;
        _regression = regression;
        using var scope = NewDisposeScope();
        var scale = tensor(normalisation.Scale.Select(s => (float)s).ToArray(), device: device).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        _scale = (regression is null ? scale : scale * tensor(regression, [1, variables.Count, grid.Height, grid.Width], device: device)).DetachFromDisposeScope();
        _offset = tensor(normalisation.Offset.Select(s => (float)s).ToArray(), device: device).reshape(1, -1, 1, 1).DetachFromDisposeScope();
    }

    /// <summary>The VAE, or a linear rival; of a model at a time of the year, about that time's prior.</summary>
    public IAutoencoder Autoencoder { get; }

    /// <summary>The grid of the model's fields, H × W cells.</summary>
    public Grid Grid { get; }

    /// <summary>The variables of the model's fields, V of them, in the order in which a field holds them.</summary>
    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>The scale and offset of each variable, from units to what the autoencoder reads and makes.</summary>
    public Normalisation Normalisation { get; }

    /// <summary>The prior of the latents and the error of the generator; of a model at a time of the year, as they are then.</summary>
    public PriorStatistics Prior { get; }

    /// <summary>
    /// How the states of models at one time and the next follow each other, in the coordinates that these have (<see cref="At"/>); null
    /// where it was not measured, or is nothing. The model's own, disposed with it.
    /// </summary>
    public StateMemory? Memory { get; init; }

    /// <summary>Whether the model knows how states follow each other at a step.</summary>
    /// <param name="step">From field to field; null where they come irregularly.</param>
    /// <returns>False where the model has no memory, or that of another step: none is known of it.</returns>
    public bool Remembers(TimeStep? step) => Memory is not null && step is not null && step == TimeStep.Of(Card?.KnownFrequency ?? Frequency.Daily, Card?.StepHours);

    /// <summary>The device that the model computes on.</summary>
    public Device Device { get; }

    /// <summary>The time, UTC, that <see cref="At"/> has put the model at; null for a model of the whole year, or of its mean.</summary>
    public DateTime? Time { get; private init; }

    /// <summary>The dimension of the latent space, k.</summary>
    public int LatentSize => Autoencoder.LatentSize;

    /// <summary>The number of values in a field, N = V·H·W.</summary>
    public int FieldLength => Variables.Count * Grid.Cells;

    /// <summary>Whether a few fields are more than a laptop's memory has room for, and one is work for all its threads.</summary>
    internal bool HasLargeFields => FieldLength >= LargeField;

    /// <summary>The standard deviation of the anomalies, shape (V, H, W), in the units of the variables; a mean over the year.</summary>
    public float[] ClimatologicalStandardDeviation { get; }

    /// <summary>What the model's file says of the model; null for a model made in memory.</summary>
    public ModelCard? Card { get; internal init; }

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of the model's file; empty for a model made in memory.</summary>
    public string Hash { get; internal init; } = string.Empty;

    /// <summary>Parameters that lie in the model file, mapped.</summary>
    internal IReadOnlyList<Tensor> Mapped { get; init; } = [];

    /// <summary>Bytes of the device's memory that states decoded together may take; null: as much as fits a laptop.</summary>
    internal long? MemoryForStates { get; init; }

    /// <summary>How many states to decode together, for the memory that it takes.</summary>
    /// <param name="most">On a small grid.</param>
    internal int StatesTogether(int most) => MemoryForStates is { } bytes && Card is not null
        ? (int)Math.Clamp(bytes / Card.Spec.BytesOfField(Grid, Variables.Count), 1, most)
        : Math.Clamp(CellsTogether / Grid.Cells, 1, Math.Min(most, StatesInCaches));

    /// <summary>The same generator with other prior statistics.</summary>
    /// <param name="prior">The other statistics, of the whole year; the new model's own from here, disposed with it.</param>
    /// <returns>A new model, the caller's own. The network stays that of this model, which must live as long.</returns>
    /// <exception cref="InvalidOperationException">This model is at a time; the statistics are those of the whole year.</exception>
    public GenerativeModel With(PriorStatistics prior) => _ofTheYear is null
        ? Derived(Autoencoder, prior, Memory)
        : throw new InvalidOperationException("a model at a time of the year takes no other statistics; give them to the model of the whole year");

    /// <summary>The same generator and prior statistics with another memory.</summary>
    /// <param name="memory">How states follow each other; null for none. It stays the caller's, and must live as long.</param>
    /// <returns>A new model, the caller's own. The network stays that of this model, which must live as long.</returns>
    /// <exception cref="InvalidOperationException">This model is at a time.</exception>
    public GenerativeModel Remembering(StateMemory? memory) => _ofTheYear is null
        ? Derived(Autoencoder, Prior.Inflated(null), memory)
        : throw new InvalidOperationException("a model at a time of the year takes no other memory; give it to the model of the whole year");

    /// <summary>
    /// The same generator with its prior statistics as they are at a time of the year; of a model that is at a time already,
    /// as they are in the model of the whole year that it came from.
    /// </summary>
    /// <param name="time">The time, UTC; null for the mean of the year.</param>
    /// <returns>A new model, the caller's own. The network stays that of the model of the whole year, which must live as long.</returns>
    public GenerativeModel At(DateTime? time) => (_ofTheYear ?? this).PutAt(time);

    private GenerativeModel PutAt(DateTime? time)
    {
        var (prior, factor, regression) = Prior.At(time); // factor (k, k), regression (N)
        return factor is null
            ? Derived(Autoencoder, prior, Memory, regression, time, ofTheYear: this)
            : Derived(new LatentTransform(Autoencoder, Prior.LatentMean.to(float64), factor), prior, Memory, regression, time, ofTheYear: this, borrowed: false);
    }

    private GenerativeModel Derived(IAutoencoder autoencoder, PriorStatistics prior, StateMemory? memory, float[]? regression = null, DateTime? time = null, GenerativeModel? ofTheYear = null, bool borrowed = true) =>
        new(autoencoder, Grid, Variables, Normalisation, prior, ClimatologicalStandardDeviation, Device, regression)
        {
            Card = Card,
            Hash = Hash,
            MemoryForStates = MemoryForStates,
            Mapped = Mapped,
            Memory = memory,
            Time = time,
            _borrowed = borrowed,
            _sharesMemory = true,
            _ofTheYear = ofTheYear,
        };

    /// <summary>The network's own latents, which differ from those of a model at a time of the year.</summary>
    /// <param name="z">(B, k), double precision.</param>
    /// <returns>(B, k)</returns>
    internal Tensor NetworkLatents(Tensor z) => Autoencoder is LatentTransform transform ? transform.Original(z) : z.alias(); // (B, k)

    /// <summary>
    /// Anomaly fields from latent states, D(z), in the units of the variables; of a model at a time of the year, times the
    /// regression coefficient β of that time (<see cref="PriorStatistics.GeneratorRegression"/>).
    /// </summary>
    /// <param name="z">The latent states, shape (B, k), on the model's device.</param>
    /// <returns>The fields, shape (B, N); the caller's own.</returns>
    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        return ((Autoencoder.Decode(z) - _offset) * _scale).flatten(1).MoveToOuterDisposeScope(); // (B, N)
    }

    /// <summary>D(z) at the cells of a decoder of this model's, in the units of the variables.</summary>
    /// <param name="z">(B, k)</param>
    /// <param name="at">The decoder, of c cells.</param>
    /// <param name="scale"><see cref="ScaleAt"/> these cells.</param>
    /// <returns>(B, V, c)</returns>
    internal Tensor Decode(Tensor z, ICellDecoder at, Tensor scale)
    {
        using var scope = NewDisposeScope();
        return ((at.Decode(z) - _offset.squeeze(3)) * scale).MoveToOuterDisposeScope(); // (B, V, c)
    }

    /// <summary>What normalised values at some cells are multiplied by.</summary>
    /// <param name="cells">Of the H × W.</param>
    /// <returns>(1, V, c), or (1, V, 1) where it is the same everywhere.</returns>
    internal Tensor ScaleAt(IReadOnlyList<int> cells)
    {
        using var scope = NewDisposeScope();
        return (_regression is null ? _scale.squeeze(3) : _scale.flatten(2).index_select(2, tensor(cells.Select(c => (long)c).ToArray(), device: Device))).MoveToOuterDisposeScope(); // (1, V, 1 or c)
    }

    /// <summary><see cref="IAutoencoder.JacobianOf"/> in the units of the variables; null where differences cost no more.</summary>
    internal ILocalJacobian? JacobianOf(IReadOnlyList<long> indices, IReadOnlyList<float> weights, int m) =>
        Autoencoder.JacobianOf(indices, [.. weights.Select((w, i) => w * (float)Normalisation.Scale[(int)(indices[i] / Grid.Cells)] * (_regression?[indices[i]] ?? 1))], m);

    /// <summary><see cref="IAutoencoder.LinearPatterns"/> in the units of the variables, (k, N); null if there are none.</summary>
    internal Tensor? LinearPatterns()
    {
        using var scope = NewDisposeScope();
        return Autoencoder.LinearPatterns is { } patterns
            ? (patterns.reshape(LatentSize, Variables.Count, Grid.Height, Grid.Width) * _scale).flatten(1).MoveToOuterDisposeScope() // (k, N)
            : null;
    }

    /// <summary>The same at some cells, without the others' being made, (k, V, c); null if there are none.</summary>
    /// <param name="cells">Of the H × W.</param>
    internal Tensor? LinearPatterns(IReadOnlyList<int> cells)
    {
        using var scope = NewDisposeScope();
        var transform = Autoencoder as LatentTransform;
        if ((transform is null ? Autoencoder.LinearPatterns : transform.OriginalLinearPatterns) is not { } whole)
        {
            return null;
        }

        var index = tensor(cells.Select(c => (long)c).ToArray(), device: whole.device); // (c)
        var patterns = whole.reshape(LatentSize, Variables.Count, Grid.Cells).index_select(2, index) * ScaleAt(cells); // (k, V, c)
        return (transform is null ? patterns : transform.Turned(patterns.flatten(1)).reshape(patterns.shape)).MoveToOuterDisposeScope(); // (k, V, c)
    }

    /// <summary>
    /// Has the C library map large fields' blocks one by one, for the rest of the process: without it the memory of a search
    /// grows with its states. Nothing for small fields, whose blocks the heap does well to keep.
    /// </summary>
    internal void MapLargeFields()
    {
        if (HasLargeFields)
        {
            NativeHeap.MapLargeBlocks();
        }
    }

    /// <summary>
    /// Gives memory back that is free, or can be read again from the model file. Nothing for small fields, of which all is
    /// had again at once.
    /// </summary>
    internal void GiveMemoryBack()
    {
        if (!HasLargeFields)
        {
            return;
        }

        NativeHeap.GiveBack();
        foreach (var parameter in Mapped)
        {
            parameter.GiveBackMapped();
        }
    }

    /// <summary>The latent state of one field: the mean of the posterior that the encoder gives it, q(z|x).</summary>
    /// <param name="field">The anomalies, shape (V, H, W), in the units of the variables, NaN where there is no value.</param>
    /// <returns>The latent state, shape (1, k); the caller's own.</returns>
    /// <exception cref="ArgumentException">The field does not have <see cref="FieldLength"/> values.</exception>
    /// <exception cref="InvalidOperationException">The model was loaded without its encoder.</exception>
    public Tensor Encode(ReadOnlySpan<float> field)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        RequireLength(field.Length, FieldLength, "field", nameof(field));
        var scale = tensor(Normalisation.Scale.Select(s => (float)s).ToArray(), device: Device).reshape(1, -1, 1, 1); // (1, V, 1, 1): β is the generator's
        var values = tensor(field.ToArray(), [1, Variables.Count, Grid.Height, Grid.Width], device: Device); // (1, V, H, W)
        var present = values.isfinite(); // (1, V, H, W)
        var area = tensor(Grid.AreaWeights(), device: Device).reshape(1, 1, Grid.Height, Grid.Width); // (1, 1, H, W)
        var batch = new FieldBatch(values.nan_to_num(0) / scale + _offset, area * present) { IsComplete = present.all().item<bool>() };
        return Autoencoder.Encode(Autoencoder.Filled(batch)).Mean.MoveToOuterDisposeScope(); // (1, k)
    }

    private static void RequireLength(int length, int right, string what, string parameter)
    {
        if (length != right)
        {
            throw new ArgumentException($"the {what} has {length} values; the model's fields have {right} values", parameter);
        }
    }

    /// <summary>Frees the prior statistics and, unless another model has lent them, the network and the memory.</summary>
    public void Dispose()
    {
        if (!_borrowed)
        {
            Autoencoder.Dispose();
        }

        if (!_sharesMemory)
        {
            Memory?.Dispose();
        }

        Prior.Dispose();
        _scale.Dispose();
        _offset.Dispose();
    }
}
