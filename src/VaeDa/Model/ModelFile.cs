using TorchSharp;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model.Memory;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>A model as one .safetensors file: the VAE's weights, its prior statistics, and in the metadata its <see cref="ModelCard"/>.</summary>
public static class ModelFile
{
    private const string MetadataKey = "vaeda";
    internal const string MemoryName = "memory";
    internal const string SecondMemoryName = "memory_second";

    // Below it float16 has fewer and fewer figures.
    private const float LeastNormalHalf = 1f / (1 << 14);

    /// <summary>Writes a model's file. It is written aside and renamed, so that a file of that name is whole at any time.</summary>
    /// <param name="path">The file, which ends in .safetensors.</param>
    /// <param name="network">The trained network, with its encoder.</param>
    /// <param name="card">What the file is to say of the model.</param>
    /// <param name="prior">The prior statistics measured with this network, of the whole year.</param>
    /// <param name="climatologicalStandardDeviation">
    /// The standard deviation of the anomalies, shape (V, H, W), in the units of the variables; a mean over the year.
    /// </param>
    /// <param name="memory">How its states follow each other, which the card describes; null where they do not.</param>
    /// <param name="others">Further tensors for the file, with their names there; loading a model leaves them aside.</param>
    /// <exception cref="InvalidOperationException">The network was loaded without its encoder, which belongs to the file.</exception>
    public static void Save(string path, VariationalAutoencoder network, ModelCard card, PriorStatistics prior, float[] climatologicalStandardDeviation, StateMemory? memory = null, params IReadOnlyList<(string Name, Tensor Values)> others)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(others);
        if (!network.HasEncoder)
        {
            throw new InvalidOperationException("this network was loaded without its encoder, which belongs to a model's file");
        }

        var file = new SafetensorsFile();
        network.SaveTo(file, string.Empty);
        long[] shape = [card.Variables.Count, card.Grid.Height, card.Grid.Width];
        file.AddTensor("latent_mean", prior.LatentMean); // (k)
        file.AddTensor("latent_variance", prior.LatentVariance); // (k)
        file.Add("generator_error", prior.GeneratorError, shape); // (V, H, W)
        using var patterns = prior.ResidualPatterns.Whole(); // (m, N)
        if (AreHeldByHalves(patterns, card.Variables.Count))
        {
            file.AddHalf("residual_patterns", Values(patterns), patterns.shape); // (m, N)
        }
        else
        {
            file.Add("residual_patterns", Values(patterns), patterns.shape); // (m, N)
        }

        file.Add("latent_season", Values(prior.LatentSeason.Monthly), prior.LatentSeason.Monthly.shape); // (12 or 0, k, k)
        var n = prior.GeneratorError.Length;
        var (regression, season) = (prior.GeneratorRegression.Coefficients, prior.ErrorSeason.Coefficients);
        file.Add("generator_regression", regression, [regression.Length / n, n]); // (5 or 0, N)
        file.Add("error_season", season, [season.Length / n, n]); // (4 or 0, N)
        file.Add("climatological_standard_deviation", climatologicalStandardDeviation, shape); // (V, H, W)
        AddMemory(file, memory);
        foreach (var (name, values) in others)
        {
            file.AddTensor(name, values);
        }

        file.Metadata[MetadataKey] = JsonText.Write(card);
        file.Write(path);
    }

    /// <summary>Writes a model's file with another memory, or with none; all else in it stays as it is, bit for bit. It is written aside and renamed.</summary>
    /// <param name="model">The model's .safetensors file.</param>
    /// <param name="path">The file to write, which ends in .safetensors; it may be the same.</param>
    /// <param name="memory">How the model's states follow each other; null for none.</param>
    /// <param name="description">What the file is to say of that; null for none.</param>
    /// <exception cref="InvalidInputException">The file is missing, is not a model of this toolkit, or is of another format version.</exception>
    public static void SaveWithMemory(string model, string path, StateMemory? memory, MemoryDescription? description)
    {
        var card = ReadCard(model) with { Memory = description };
        var file = SafetensorsFile.Read(model);
        file.RequireIntact();
        file.Remove(MemoryName);
        file.Remove(SecondMemoryName);
        AddMemory(file, memory);
        file.Metadata[MetadataKey] = JsonText.Write(card);
        file.Write(path);
    }

    /// <summary>Reads a model, its encoder included, with its weights frozen. Loads libtorch where that is not loaded yet.</summary>
    /// <param name="path">The model's .safetensors file.</param>
    /// <param name="device">The device to compute on (<see cref="TorchRuntime.Start"/>); the processor by default.</param>
    /// <returns>The model; the caller's own.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing, is not a model of this toolkit, or is of another format version; or libtorch cannot be loaded.
    /// </exception>
    public static GenerativeModel Load(string path, Device? device = null) => Load(path, ReadCard(path), device);

    /// <summary>
    /// Reads a model without its encoder, which analyses and random fields do not need: half the memory. Loads libtorch where
    /// that is not loaded yet.
    /// </summary>
    /// <param name="path">The model's .safetensors file.</param>
    /// <param name="device">The device to compute on (<see cref="TorchRuntime.Start"/>); the processor by default.</param>
    /// <param name="memoryForStates">
    /// How many bytes of the device's memory the states that are decoded together may take; null for as much as fits a laptop.
    /// </param>
    /// <returns>The model, which cannot encode; the caller's own.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing, is not a model of this toolkit, or is of another format version; or libtorch cannot be loaded.
    /// </exception>
    public static GenerativeModel LoadGenerator(string path, Device? device = null, long? memoryForStates = null) => Load(path, ReadCard(path), device, withEncoder: false, memoryForStates);

    /// <summary>A model or a converter.</summary>
    internal static GenerativeModel Load(string path, ModelCard card, Device? device, bool withEncoder = true, long? memoryForStates = null)
    {
        TorchLibrary.Load();
        return LoadOnto(path, card, device ?? CPU, withEncoder, memoryForStates);
    }

    private static GenerativeModel LoadOnto(string path, ModelCard card, Device device, bool withEncoder, long? memoryForStates)
    {
        var file = SafetensorsFile.Read(path);
        var hash = file.RequireIntact();
        try
        {
            ModelContent.RequireShapes(card, file);
            ModelContent.RequireNumbers(card, file, withEncoder);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{path}: {e.Message}", e);
        }

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
            var prior = new PriorStatistics
            {
                LatentMean = tensor(file.Floats("latent_mean")).DetachFromDisposeScope(),
                LatentVariance = tensor(file.Floats("latent_variance")).DetachFromDisposeScope(),
                GeneratorError = Field("generator_error"),
                ResidualPatterns = new ResidualPatterns(file.IsHalf("residual_patterns") ? file.Halves("residual_patterns") : Rows(file, "residual_patterns")),
                ResidualCorrelation = card.ResidualCorrelation,
                LatentSeason = SeasonalCovariance.From(Covariances(Rows(file, "latent_season"))),
                GeneratorRegression = new SeasonalRegression(file.Floats("generator_regression")),
                ErrorSeason = new SeasonalVariance(file.Floats("error_season")),
                EffectiveSampleSize = card.EffectiveSampleSize,
            };
            return new GenerativeModel(network, card.Grid, card.Variables, card.Normalisation, prior, Field("climatological_standard_deviation"), device)
            {
                Card = card,
                Hash = hash[..16],
                MemoryForStates = memoryForStates,
                Mapped = mapped,
                Memory = MemoryOf(file, card, prior),
            };
        }
        catch (InvalidInputException e)
        {
            network.Dispose();
            throw new InvalidInputException($"{path}: {e.Message}", e);
        }

        float[] Field(string name) => file.Floats(name);
    }

    /// <summary>Reads what a model's file says of the model: quick, without its weights and without libtorch.</summary>
    /// <param name="path">The model's .safetensors file.</param>
    /// <returns>The card.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing, is not a model of this toolkit (a converter is none), or is of another format version.
    /// </exception>
    public static ModelCard ReadCard(string path) => ReadAnyCard(path) is { Conversion: null } card
        ? card
        : throw new InvalidInputException($"{path}: a converter; the model that it was trained onto serves here") { Remedy = Remedy.Convert };

    /// <summary>Of a model or a converter.</summary>
    internal static ModelCard ReadAnyCard(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"{path}: there is no such model file");
        }

        var json = SafetensorsFile.Read(path).OwnText(MetadataKey)
            ?? throw new InvalidInputException($"{path}: a safetensors file, but not a model") { Remedy = Remedy.TrainModel };
        var card = JsonText.Read<ModelCard>(path, "its model card cannot be read", json);
        if (card.Format != ModelCard.CurrentFormat)
        {
            throw new InvalidInputException($"{path}: model format {card.Format}; this version reads format {ModelCard.CurrentFormat}");
        }

        VariableNames.Check(card.Variables, card.Grid.Projection?.Mapping?.Name, _ => path);
        VariableNames.Check(card.Conversion?.Variables ?? [], null, _ => path);
        return card;
    }

    private static void AddMemory(SafetensorsFile file, StateMemory? memory)
    {
        if (memory is not null)
        {
            file.AddTensor(MemoryName, memory.Transition); // (d, d)
        }

        if (memory?.Second is { } second)
        {
            file.AddTensor(SecondMemoryName, second); // (d, d)
        }
    }

    private static StateMemory? MemoryOf(SafetensorsFile file, ModelCard card, PriorStatistics prior)
    {
        if (card.Memory is null || !file.Contains(MemoryName))
        {
            return null;
        }

        var d = prior.LatentMean.shape[0] + prior.ResidualPatterns.Count;
        try
        {
            var second = file.Contains(SecondMemoryName) ? tensor(file.Floats(SecondMemoryName), [d, d], float64) : null; // (d, d)
            return new StateMemory(tensor(file.Floats(MemoryName), [d, d], float64), card.Memory.OneStepError, card.Memory.RemainderCorrelation, second) { EffectiveSampleSize = card.Memory.EffectiveSampleSize };
        }
        catch (ArgumentException e)
        {
            throw new InvalidInputException($"tensor '{MemoryName}', or '{SecondMemoryName}' with it, takes more from the variance of a state than there is", e);
        }
    }

    /// <exception cref="InvalidInputException">One of them is no covariance.</exception>
    private static Tensor Covariances(Tensor monthly)
    {
        using var scope = NewDisposeScope();
        return monthly.shape[0] == 0 || linalg.cholesky_ex(monthly.to(float64)).info.eq(0).all().item<bool>() ? monthly
            : throw new InvalidInputException("tensor 'latent_season' holds what is no covariance of latents");
    }

    /// <summary>Whether float16 holds three figures of each variable's patterns: in kg kg⁻¹ or kg m⁻² s⁻¹ they may be below its reach.</summary>
    /// <param name="patterns">(m, N)</param>
    /// <param name="variables">V.</param>
    private static bool AreHeldByHalves(Tensor patterns, int variables)
    {
        if (patterns.shape[0] == 0)
        {
            return true;
        }

        using var scope = NewDisposeScope();
        var ofVariables = patterns.reshape(patterns.shape[0], variables, -1); // (m, V, C)
        var typical = ofVariables.square().mean([0, 2]).sqrt(); // (V)
        return (ofVariables.abs().max() <= (float)Half.MaxValue).item<bool>() && (typical.eq(0) | typical.ge(LeastNormalHalf)).all().item<bool>();
    }

    // A tensor without rows cannot be made from, or turned into, an array.
    private static float[] Values(Tensor rows) => rows.shape[0] == 0 ? [] : rows.data<float>().ToArray();

    private static Tensor Rows(SafetensorsFile file, string name) =>
        file.Shape(name)[0] == 0 ? zeros(file.Shape(name)) : tensor(file.Floats(name), file.Shape(name));
}
