using TorchSharp;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>From an archive's fields to a network ready to train: normalisation, weights, and the EOFs it starts at.</summary>
public static class ModelBuilder
{
    /// <param name="training">The training fields.</param>
    /// <returns>Scales of the spec where it names the unit; otherwise the training fields' standard deviation, and offset 0.</returns>
    public static Normalisation NormalisationFor(VaeSpec spec, IFieldSet training)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(training);
        var scales = training.Variables.Any(v => !spec.Normalisation.ContainsKey(v.Units)) ? StandardDeviations(training) : [];
        var pairs = training.Variables.Select((v, i) => spec.Normalisation.TryGetValue(v.Units, out var given) ? given : new ScaleAndOffset(scales[i], 0)).ToList();
        return new Normalisation { Scale = pairs.ConvertAll(p => p.Scale), Offset = pairs.ConvertAll(p => p.Offset) };
    }

    /// <summary>A network with its first weights, on <paramref name="device"/>.</summary>
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
