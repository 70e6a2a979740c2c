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
    /// <param name="steps">Of an epoch.</param>
    /// <param name="epochs">Of the run, at most.</param>
    /// <exception cref="InvalidInputException">The file is not a checkpoint of this run.</exception>
    public static State Read(string path, IReadOnlyDictionary<string, string> run, VariationalAutoencoder model, TorchSharp.Modules.AdamW optimiser, SafetensorsFile best, int steps, int epochs)
    {
        var file = SafetensorsFile.Read(path);
        var json = file.OwnText(Key) ?? throw new InvalidInputException($"{path}: not a checkpoint of a training run");
        file.RequireIntact();
        var place = PlaceOf(path, json);
        if (Differences(run, place.Run) is { Count: > 0 } differences)
        {
            var other = differences.Exists(d => d.Contains("archive", StringComparison.Ordinal)) ? "archive" : "run";
            throw new InvalidInputException($"{path}: the checkpoint is of another {other}: {string.Join("; ", differences.Take(MostSaid))}{(differences.Count > MostSaid ? $"; and {differences.Count - MostSaid} more" : string.Empty)}. Resume with the archive, spec, seed and options that it was made with");
        }

        if (Fault(place, steps, epochs) is { } fault)
        {
            throw new InvalidInputException($"{path}: the checkpoint is at no place of this run: {fault}; it is damaged, or was changed");
        }

        try
        {
            Load(file, place, steps, model, optimiser, best);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{path}: {e.Message}", e);
        }

        return place;
    }

    private static void Load(SafetensorsFile file, State place, int steps, VariationalAutoencoder model, TorchSharp.Modules.AdamW optimiser, SafetensorsFile best)
    {
        if (file.Names.FirstOrDefault(name => !file.IsFinite(name)) is { } wrong)
        {
            throw new InvalidInputException($"tensor '{wrong}' holds values that are not finite numbers");
        }

        model.LoadFrom(file, "model.");
        foreach (var (name, values) in model.state_dict())
        {
            best.Add(name, Floats("best." + name, values.shape), values.shape);
        }

        var taken = (place.Epoch - 1L) * steps + place.Step;
        var states = optimiser.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var state = (TorchSharp.Modules.AdamW.State)states[i];
            if (file.Integers($"optimiser.{i}.step") is not [var step] || step != taken)
            {
                throw new InvalidInputException($"tensor 'optimiser.{i}.step' is not of step {taken}, at which the checkpoint is");
            }

            state.step = step;
            foreach (var (name, moments) in new[] { ("exp_avg", state.exp_avg), ("exp_avg_sq", state.exp_avg_sq) })
            {
                moments.copy_(tensor(Floats($"optimiser.{i}.{name}", moments.shape), moments.shape));
            }
        }

        float[] Floats(string name, long[] shape) => file.Shape(name) is var found && found.SequenceEqual(shape) ? file.Floats(name)
            : throw new InvalidInputException($"tensor '{name}' is ({string.Join(", ", found)}); this network needs ({string.Join(", ", shape)})");
    }

    private static State PlaceOf(string path, string json)
    {
        try
        {
            return JsonText.Read<State>(path, "its place in the run cannot be read", json);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{path}: the checkpoint does not say of which archive and options it is, as those of earlier versions do not; it cannot be gone on from, only trained anew", e);
        }
    }

    /// <summary>What is wrong with a place in a run, in words; null if nothing is.</summary>
    private static string? Fault(State place, int steps, int epochs) =>
        place.Epoch < 1 || place.Epoch > epochs + 1 ? $"epoch {place.Epoch} of {epochs}"
        : place.Step < 0 || place.Step > steps || (place.Epoch > epochs && place.Step > 0) ? $"step {place.Step} of {steps}"
        : !place.History.Select(record => record.Epoch).SequenceEqual(Enumerable.Range(0, place.Epoch)) ? $"a history of {place.History.Count} epochs, in epoch {place.Epoch}"
        : place.BestEpoch < 0 || place.BestEpoch >= place.Epoch || !place.History[place.BestEpoch].ValidationLoss.Equals(place.BestLoss) ? $"a best epoch {place.BestEpoch}, whose loss is not the best one, {place.BestLoss}"
        : !double.IsFinite(place.LossSum) || !(place.SquaredErrorSum >= 0) || !(place.Seconds >= 0) || !(place.WaitingSeconds >= 0) ? "sums that are no numbers"
        : null;

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
