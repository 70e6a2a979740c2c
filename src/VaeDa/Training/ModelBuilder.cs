using TorchSharp;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>
/// From an archive's fields to a network that is ready for <see cref="Trainer"/>: normalisation, first weights, and the EOFs that
/// it starts at.
/// </summary>
public static class ModelBuilder
{
    /// <summary>The scale and offset of each variable with which a network of a spec is to be trained.</summary>
    /// <param name="spec">The spec, whose own scales go before those of the fields.</param>
    /// <param name="training">The training fields; they are read once if the spec does not name the units of all variables.</param>
    /// <returns>
    /// For each variable (V), the spec's scale and offset where it names the unit; otherwise the area-weighted root mean square of
    /// the training anomalies, in the units of the variable, and offset 0.
    /// </returns>
    /// <exception cref="InvalidInputException">The training anomalies of a variable are all 0 or missing, or its name cannot be carried through all files.</exception>
    public static Normalisation NormalisationFor(VaeSpec spec, IFieldSet training)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(training);
        VariableNames.Check(training.Variables, training.Grid.Projection?.Mapping?.Name, _ => "the training fields");
        var scales = training.Variables.Any(v => !spec.Normalisation.ContainsKey(v.Units)) ? StandardDeviations(training) : [];
        var pairs = training.Variables.Select((v, i) => spec.Normalisation.TryGetValue(v.Units, out var given) ? given : new ScaleAndOffset(scales[i], 0)).ToList();
        return new Normalisation { Scale = pairs.ConvertAll(p => p.Scale), Offset = pairs.ConvertAll(p => p.Offset) };
    }

    /// <summary>A network with its first weights; one with a linear path starts at the EOFs of the training fields.</summary>
    /// <param name="spec">The shape of the network.</param>
    /// <param name="training">The training fields; they are read several times if the network has a linear path.</param>
    /// <param name="normalisation">The scale and offset of each variable, from units to the network's numbers.</param>
    /// <param name="seed">The seed of the first weights.</param>
    /// <param name="device">The device that the network is moved to.</param>
    /// <param name="cancellation">Breaks off between reads of the fields.</param>
    /// <returns>The network; the caller's own.</returns>
    /// <exception cref="InvalidInputException">The spec contradicts itself, or there are fewer fields or cells than EOFs are needed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static VariationalAutoencoder Build(VaeSpec spec, IFieldSet training, Normalisation normalisation, long seed, Device device, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(training);
        var network = new VariationalAutoencoder(spec, training.Grid, training.Variables.Count, seed);
        if (spec.LinearPath)
        {
            using var basis = EofBasis.Of(training, normalisation, spec.LatentSize, cancellation);
            network.StartAt(basis);
        }

        network.to(device);
        return network;
    }

    /// <summary>Area-weighted root mean square of each variable's anomalies (V).</summary>
    private static double[] StandardDeviations(IFieldSet training)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var v = training.Variables.Count;
        var plain = new Normalisation { Scale = [.. Enumerable.Repeat(1.0, v)], Offset = new double[v] };
        var (squares, weight) = (zeros(v, float64), zeros(v, float64)); // (V)
        foreach (var batch in new FieldBatches(training, plain, 64, CPU).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            var weights = batch.Weights.expand_as(batch.Fields); // (B, V, H, W)
            squares.add_((weights * batch.Fields.square()).sum([0, 2, 3], type: float64));
            weight.add_(weights.sum([0, 2, 3], type: float64));
        }

        var deviations = (squares / weight).sqrt().data<double>().ToArray();
        for (var i = 0; i < v; i++)
        {
            if (!(deviations[i] > 0))
            {
                throw new InvalidInputException($"variable '{training.Variables[i].Name}': its training anomalies are all 0 or missing");
            }
        }

        return deviations;
    }
}
