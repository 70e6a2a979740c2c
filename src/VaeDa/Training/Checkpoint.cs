using System.Text.Json;
using System.Text.Json.Serialization;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>
/// All that a run needs to go on as if it had not stopped: weights, the optimiser's moments, the best weights so far, the
/// history and the place. Random numbers follow from the seed and the place (<see cref="StepSeed"/>).
/// </summary>
internal static class Checkpoint
{
    private const string Key = "checkpoint";

    // Epoch 0 has no training loss.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes aside and renames.</summary>
    public static void Write(string path, State place, VariationalAutoencoder model, TorchSharp.Modules.AdamW optimiser, SafetensorsFile best)
    {
        var file = new SafetensorsFile();
        model.SaveTo(file, "model.");
        foreach (var name in best.Names)
        {
            file.Add("best." + name, best.Floats(name), best.Shape(name));
        }

        var states = optimiser.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            var state = (TorchSharp.Modules.AdamW.State)states[i];
            file.Add($"optimiser.{i}.step", [state.step], 1);
            file.AddTensor($"optimiser.{i}.exp_avg", state.exp_avg);
            file.AddTensor($"optimiser.{i}.exp_avg_sq", state.exp_avg_sq);
        }

        file.Metadata[Key] = JsonSerializer.Serialize(place, Json);
        file.Write(path);
    }

    /// <exception cref="InvalidInputException">The file is not a checkpoint of this model and these options.</exception>
    public static State Read(string path, string run, VariationalAutoencoder model, TorchSharp.Modules.AdamW optimiser, SafetensorsFile best)
    {
        var file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(Key, out var json))
        {
            throw new InvalidInputException($"{path}: not a checkpoint of a training run");
        }

        var place = JsonSerializer.Deserialize<State>(json, Json)!;
        if (place.Run != run)
        {
            throw new InvalidInputException($"{path}: the checkpoint is of another run; resume with the archive, spec, seed and options that it was made with: {place.Run}");
        }

        model.LoadFrom(file, "model.");
        foreach (var name in file.Names.Where(n => n.StartsWith("best.", StringComparison.Ordinal)))
        {
            best.Add(name["best.".Length..], file.Floats(name), file.Shape(name));
        }

        var states = optimiser.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var state = (TorchSharp.Modules.AdamW.State)states[i];
            state.step = file.Integers($"optimiser.{i}.step")[0];
            state.exp_avg.copy_(tensor(file.Floats($"optimiser.{i}.exp_avg"), file.Shape($"optimiser.{i}.exp_avg")));
            state.exp_avg_sq.copy_(tensor(file.Floats($"optimiser.{i}.exp_avg_sq"), file.Shape($"optimiser.{i}.exp_avg_sq")));
        }

        return place;
    }

    /// <summary>The place of a run, and what it has found so far.</summary>
    public sealed record State
    {
        /// <summary>The options, spec and archive in words: a checkpoint serves only the run it is of.</summary>
        public required string Run { get; init; }

        /// <summary>The epoch that the run is in, from 1.</summary>
        public required int Epoch { get; init; }

        /// <summary>Steps of that epoch already taken.</summary>
        public required int Step { get; init; }

        public required int BestEpoch { get; init; }

        public required double BestLoss { get; init; }

        public required double LossSum { get; init; }

        public required double SquaredErrorSum { get; init; }

        public required double Seconds { get; init; }

        public double WaitingSeconds { get; init; }

        public required IReadOnlyList<EpochRecord> History { get; init; }
    }
}
