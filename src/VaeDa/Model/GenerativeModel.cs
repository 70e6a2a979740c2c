using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// An autoencoder with all that an assimilation needs of it: grid, units, calibration, climatological standard deviation.
/// A VAE's is kept in one .safetensors file.
/// </summary>
public sealed class GenerativeModel : IDisposable
{
    private const string MetadataKey = "vaeda";

    // Of all states that are decoded together: at full size one state's values on the way are hundreds of megabytes.
    private const int CellsTogether = 1 << 20;

    // On a processor. More of a small grid's states would not lie in its caches, and take memory anew.
    private const int StatesInCaches = 8;

    // Values. The memory of smaller fields is not worth giving back.
    private const int LargeField = 1 << 17;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        // Read by people too: "m s-1 < …" rather than escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private IReadOnlyList<Tensor> _mapped = []; // parameters that lie in the model file
    private bool _borrowed; // the network is another model's to dispose
    private readonly Tensor _scale; // (1, V, 1, 1), or with β in it (1, V, H, W)
    private readonly Tensor _offset; // (1, V, 1, 1)
    private readonly float[]? _regression; // β, (V, H, W)

    public GenerativeModel(IAutoencoder autoencoder, Grid grid, IReadOnlyList<Variable> variables, Normalisation normalisation, Calibration calibration, float[] climatologicalStandardDeviation, Device device)
        : this(autoencoder, grid, variables, normalisation, calibration, climatologicalStandardDeviation, device, null)
    {
    }

    private GenerativeModel(IAutoencoder autoencoder, Grid grid, IReadOnlyList<Variable> variables, Normalisation normalisation, Calibration calibration, float[] climatologicalStandardDeviation, Device device, float[]? regression)
    {
        ArgumentNullException.ThrowIfNull(normalisation);
        (Autoencoder, Grid, Variables, Normalisation, Calibration, Device) = (autoencoder, grid, variables, normalisation, calibration, device);
        ClimatologicalStandardDeviation = climatologicalStandardDeviation;
        _regression = regression;
        using var scope = NewDisposeScope();
        var scale = tensor(normalisation.Scale.Select(s => (float)s).ToArray(), device: device).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        _scale = (regression is null ? scale : scale * tensor(regression, [1, variables.Count, grid.Height, grid.Width], device: device)).DetachFromDisposeScope();
        _offset = tensor(normalisation.Offset.Select(s => (float)s).ToArray(), device: device).reshape(1, -1, 1, 1).DetachFromDisposeScope();
    }

    public IAutoencoder Autoencoder { get; }

    public Grid Grid { get; }

    public IReadOnlyList<Variable> Variables { get; }

    public Normalisation Normalisation { get; }

    public Calibration Calibration { get; }

    public Device Device { get; }

    /// <summary>k.</summary>
    public int LatentSize => Autoencoder.LatentSize;

    /// <summary>N = V·H·W, values in a field.</summary>
    public int FieldLength => Variables.Count * Grid.Cells;

    private bool HasLargeFields => FieldLength >= LargeField;

    /// <summary>(V, H, W), units of the variables; a mean over the year.</summary>
    public float[] ClimatologicalStandardDeviation { get; }

    /// <summary>Of a model that came from a file; null for one made in memory.</summary>
    public ModelCard? Card { get; private init; }

    /// <summary>First 16 hexadecimal digits of the file's SHA-256; empty for a model made in memory.</summary>
    public string Hash { get; private init; } = string.Empty;

    /// <summary>Bytes of the device's memory that states decoded together may take; null: as much as fits a laptop.</summary>
    public long? MemoryForStates { get; init; }

    /// <summary>How many states to decode together, for the memory that it takes.</summary>
    /// <param name="most">On a small grid.</param>
    internal int StatesTogether(int most) => MemoryForStates is { } bytes && Card is not null
        ? (int)Math.Clamp(bytes / Card.Spec.BytesOfField(Grid, Variables.Count), 1, most)
        : Math.Clamp(CellsTogether / Grid.Cells, 1, Math.Min(most, StatesInCaches));

    /// <summary>The same generator with another calibration, which becomes the new model's own; the network stays this one's.</summary>
    public GenerativeModel With(Calibration calibration) =>
        new(Autoencoder, Grid, Variables, Normalisation, calibration, ClimatologicalStandardDeviation, Device, _regression) { Card = Card, Hash = Hash, MemoryForStates = MemoryForStates, _borrowed = true, _mapped = _mapped };

    /// <summary>The same generator with its calibration as it is at a time of the year.</summary>
    public GenerativeModel At(DateTime? time)
    {
        var (calibration, factor, regression) = Calibration.At(time); // factor (k, k), regression (N)
        var then = factor is null ? Autoencoder : new LatentTransform(Autoencoder, Calibration.LatentMean.to(float64), factor);
        return new GenerativeModel(then, Grid, Variables, Normalisation, calibration, ClimatologicalStandardDeviation, Device, regression) { Card = Card, Hash = Hash, MemoryForStates = MemoryForStates, _borrowed = factor is null, _mapped = _mapped };
    }

    /// <summary>The network's own latents, which differ from those of a model at a time of the year.</summary>
    /// <param name="z">(B, k), double precision.</param>
    /// <returns>(B, k)</returns>
    public Tensor NetworkLatents(Tensor z) => Autoencoder is LatentTransform transform ? transform.Original(z) : z.alias(); // (B, k)

    /// <summary>D(z), at a time of the year times its β: anomaly fields in the units of the variables.</summary>
    /// <param name="z">(B, k)</param>
    /// <returns>(B, N)</returns>
    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        return ((Autoencoder.Decode(z) - _offset) * _scale).flatten(1).MoveToOuterDisposeScope(); // (B, N)
    }

    /// <summary>D(z) at the cells of a decoder of this model's, in the units of the variables.</summary>
    /// <param name="z">(B, k)</param>
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
    public Tensor? LinearPatterns()
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
        foreach (var parameter in _mapped)
        {
            parameter.GiveBackMapped();
        }
    }

    /// <summary>Mean of q(z|x) of one field.</summary>
    /// <param name="field">(V, H, W), units of the variables, NaN where there is no value.</param>
    /// <returns>(1, k)</returns>
    public Tensor Encode(ReadOnlySpan<float> field)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var scale = tensor(Normalisation.Scale.Select(s => (float)s).ToArray(), device: Device).reshape(1, -1, 1, 1); // (1, V, 1, 1): β is the generator's
        var x = tensor(field.ToArray(), [1, Variables.Count, Grid.Height, Grid.Width], device: Device).nan_to_num(0) / scale + _offset; // (1, V, H, W)
        return Autoencoder.Encode(x).Mean.MoveToOuterDisposeScope(); // (1, k)
    }

    /// <summary>Writes a VAE's model file, aside and renamed.</summary>
    /// <param name="others">Further tensors by name.</param>
    public static void Save(string path, VariationalAutoencoder network, ModelCard card, Calibration calibration, float[] climatologicalStandardDeviation, params IReadOnlyList<(string Name, Tensor Values)> others)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(others);
        var file = new SafetensorsFile();
        network.SaveTo(file, string.Empty);
        long[] shape = [card.Variables.Count, card.Grid.Height, card.Grid.Width];
        file.AddTensor("latent_mean", calibration.LatentMean); // (k)
        file.AddTensor("latent_variance", calibration.LatentVariance); // (k)
        file.Add("generator_error", calibration.GeneratorError, shape); // (V, H, W)
        using var patterns = calibration.ResidualPatterns.Whole(); // (m, N)
        file.AddHalf("residual_patterns", Values(patterns), patterns.shape); // (m, N)
        file.Add("latent_season", Values(calibration.LatentSeason.Monthly), calibration.LatentSeason.Monthly.shape); // (12 or 0, k, k)
        var n = calibration.GeneratorError.Length;
        var (regression, season) = (calibration.GeneratorRegression.Coefficients, calibration.ErrorSeason.Coefficients);
        file.Add("generator_regression", regression, [regression.Length / n, n]); // (5 or 0, N)
        file.Add("error_season", season, [season.Length / n, n]); // (4 or 0, N)
        file.Add("climatological_standard_deviation", climatologicalStandardDeviation, shape); // (V, H, W)
        foreach (var (name, values) in others)
        {
            file.AddTensor(name, values);
        }

        file.Metadata[MetadataKey] = JsonSerializer.Serialize(card, Json);
        file.Write(path);
    }

    /// <summary>The model in a file, its weights frozen, on <paramref name="device"/>.</summary>
    /// <exception cref="InvalidInputException">The file is not a model of this toolkit, or of another format version.</exception>
    public static GenerativeModel Load(string path, Device device) => Load(path, ReadCard(path), device);

    /// <summary>The same without its encoder, which analyses and random fields do not need: half the memory.</summary>
    /// <param name="memoryForStates"><see cref="MemoryForStates"/></param>
    /// <exception cref="InvalidInputException">The file is not a model of this toolkit, or of another format version.</exception>
    public static GenerativeModel LoadGenerator(string path, Device device, long? memoryForStates = null) => Load(path, ReadCard(path), device, withEncoder: false, memoryForStates);

    /// <summary>A model or a converter.</summary>
    internal static GenerativeModel Load(string path, ModelCard card, Device device, bool withEncoder = true, long? memoryForStates = null)
    {
        var file = SafetensorsFile.Read(path);
        using var scope = NewDisposeScope();
        var network = !withEncoder ? VariationalAutoencoder.WithoutEncoder(card.Spec, card.Grid, card.Variables.Count)
            : card.Conversion is { } source
            ? new VariationalAutoencoder(card.Spec, source.Grid, source.Variables.Count, card.Grid, card.Variables.Count, 0)
            : new VariationalAutoencoder(card.Spec, card.Grid, card.Variables.Count, 0);
        try
        {
            var mapped = network.LoadFrom(file, string.Empty);
            foreach (var parameter in network.parameters())
            {
                parameter.requires_grad = false;
            }

            network.to(device);
            network.eval();
            mapped = device.type == DeviceType.CPU ? mapped : [];
            network.SetMapped(mapped);
            var calibration = new Calibration
            {
                LatentMean = tensor(file.Floats("latent_mean")).DetachFromDisposeScope(),
                LatentVariance = tensor(file.Floats("latent_variance")).DetachFromDisposeScope(),
                GeneratorError = file.Floats("generator_error"),
                ResidualPatterns = new ErrorPatterns(file.IsHalf("residual_patterns") ? file.Halves("residual_patterns") : Rows(file, "residual_patterns")),
                ResidualCorrelation = card.ResidualCorrelation,
                LatentSeason = SeasonalCovariance.From(Rows(file, "latent_season")),
                GeneratorRegression = new SeasonalRegression(file.Floats("generator_regression")),
                ErrorSeason = new SeasonalVariance(file.Floats("error_season")),
                EffectiveSampleSize = card.EffectiveSampleSize,
            };
            return new GenerativeModel(network, card.Grid, card.Variables, card.Normalisation, calibration, file.Floats("climatological_standard_deviation"), device)
            {
                Card = card,
                Hash = HashOf(path),
                MemoryForStates = memoryForStates,
                _mapped = mapped,
            };
        }
        catch (InvalidInputException e)
        {
            network.Dispose();
            throw new InvalidInputException($"{path}: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidInputException">The file is not a model of this toolkit, or of another format version.</exception>
    public static ModelCard ReadCard(string path) => ReadAnyCard(path) is { Conversion: null } card
        ? card
        : throw new InvalidInputException($"{path}: a converter; 'vaeda convert --with' takes it, and the model that it was trained onto serves here");

    /// <summary>Of a model or a converter.</summary>
    internal static ModelCard ReadAnyCard(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"{path}: there is no such model file");
        }

        if (!SafetensorsFile.Read(path).Metadata.TryGetValue(MetadataKey, out var json))
        {
            throw new InvalidInputException($"{path}: a safetensors file, but not a model made by 'vaeda train'");
        }

        try
        {
            var card = JsonSerializer.Deserialize<ModelCard>(json, Json)!;
            return card.Format == ModelCard.CurrentFormat
                ? card
                : throw new InvalidInputException($"{path}: model format {card.Format}; this version reads format {ModelCard.CurrentFormat}");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{path}: its model card cannot be read ({e.Message})", e);
        }
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..16];
    }

    // A tensor without rows cannot be made from, or turned into, an array.
    private static float[] Values(Tensor rows) => rows.shape[0] == 0 ? [] : rows.data<float>().ToArray();

    private static Tensor Rows(SafetensorsFile file, string name) =>
        file.Shape(name)[0] == 0 ? zeros(file.Shape(name)) : tensor(file.Floats(name), file.Shape(name));

    public void Dispose()
    {
        if (!_borrowed)
        {
            Autoencoder.Dispose();
        }

        Calibration.Dispose();
        _scale.Dispose();
        _offset.Dispose();
    }
}
