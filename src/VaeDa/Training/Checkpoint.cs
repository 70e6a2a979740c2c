using System.Text.Json;
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

    // Differences. Another variable has other values too.
    private const int MostSaid = 2;

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

        file.Metadata[Key] = JsonText.Write(place);
        file.Write(path);
    }

    /// <param name="path">The checkpoint.</param>
    /// <param name="run"><see cref="State.Run"/> of the run that is to go on.</param>
    /// <param name="model">Takes the weights.</param>
    /// <param name="optimiser">Takes the moments.</param>
    /// <param name="best">Takes the best weights so far.</param>
    /// <exception cref="InvalidInputException">The file is not a checkpoint of this run.</exception>
    public static State Read(string path, IReadOnlyDictionary<string, string> run, VariationalAutoencoder model, TorchSharp.Modules.AdamW optimiser, SafetensorsFile best)
    {
        var file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(Key, out var json))
        {
            throw new InvalidInputException($"{path}: not a checkpoint of a training run");
        }

        var place = PlaceOf(path, json);
        if (Differences(run, place.Run) is { Count: > 0 } differences)
        {
            var other = differences.Exists(d => d.Contains("archive", StringComparison.Ordinal)) ? "archive" : "run";
            throw new InvalidInputException($"{path}: the checkpoint is of another {other}: {string.Join("; ", differences.Take(MostSaid))}{(differences.Count > MostSaid ? $"; and {differences.Count - MostSaid} more" : string.Empty)}. Resume with the archive, spec, seed and options that it was made with");
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

    private static State PlaceOf(string path, string json)
    {
        try
        {
            return JsonText.Read<State>(json);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{path}: the checkpoint does not say of which archive and options it is, as those of earlier versions do not; it cannot be gone on from, only trained anew", e);
        }
    }

    /// <summary>By name, in words.</summary>
    private static List<string> Differences(IReadOnlyDictionary<string, string> run, IReadOnlyDictionary<string, string> ofCheckpoint)
    {
        const string Nothing = "not given";
        return [.. run.Keys.Union(ofCheckpoint.Keys)
            .Select(name => (Name: name, Ours: run.GetValueOrDefault(name, Nothing), Theirs: ofCheckpoint.GetValueOrDefault(name, Nothing)))
            .Where(fact => fact.Ours != fact.Theirs)
            .Select(fact => $"{fact.Name}: {fact.Ours}, of the checkpoint {fact.Theirs}")];
    }

    /// <summary>The place of a run, and what it has found so far.</summary>
    public sealed record State
    {
        /// <summary>Network, fields and options, by name: a checkpoint serves only the run it is of.</summary>
        public required IReadOnlyDictionary<string, string> Run { get; init; }

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
