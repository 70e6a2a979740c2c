using Microsoft.Data.Analysis;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Model.Autoencoders;
using VaeDa.Verification.Scores;
using static TorchSharp.torch;

namespace VaeDa.Verification;

/// <summary>Scores how well autoencoders restore fields that they have not seen, D(E(x)) against x.</summary>
public static class ReconstructionValidation
{
    /// <summary>Scores autoencoders on the same fields.</summary>
    /// <param name="fields">The held-out fields.</param>
    /// <param name="normalisation">From the units of the variables to what the autoencoders read and make.</param>
    /// <param name="methods">The autoencoders, by the name that they have in the scores.</param>
    /// <param name="device">The device that the autoencoders are on.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// A table, one row for each variable, latitude band and method: rmse and bias in the variable's units, anomaly_correlation,
    /// explained_variance, and the number of fields.
    /// </returns>
    public static DataFrame Of(IFieldSet fields, Normalisation normalisation, IReadOnlyList<(string Name, IAutoencoder Autoencoder)> methods, Device device, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(normalisation);
        ArgumentNullException.ThrowIfNull(methods);
        var area = fields.Grid.AreaWeights();
        List<LatitudeBand> bands = [LatitudeBand.Whole(fields.Grid), .. LatitudeBand.Of(fields.Grid).Select(b => b.Band)];
        var cells = bands.ConvertAll(b => b.CellsOf(fields.Grid));
        var sums = methods.SelectMany(_ => fields.Variables, (_, _) => bands.ConvertAll(_ => new PairSums())).ToList(); // [method · V + v][band]
        using var noGrad = no_grad();
        foreach (var batch in new FieldBatches(fields, normalisation, 32, device).ReadAll())
        {
            using var owned = batch;
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var truth = batch.Fields.cpu().data<float>().ToArray(); // (B, V, H, W)
            var present = batch.Weights.expand_as(batch.Fields).contiguous().cpu().data<float>().ToArray(); // (B, V, H, W)
            for (var m = 0; m < methods.Count; m++)
            {
                var autoencoder = methods[m].Autoencoder;
                var estimate = autoencoder.Decode(autoencoder.Encode(autoencoder.Filled(batch)).Mean).contiguous().cpu().data<float>().ToArray(); // (B, V, H, W)
                for (var b = 0; b < batch.Fields.shape[0]; b++)
                {
                    for (var v = 0; v < fields.Variables.Count; v++)
                    {
                        Accumulate(sums[m * fields.Variables.Count + v], (b * fields.Variables.Count + v) * fields.Grid.Cells, v, truth, estimate, present);
                    }
                }
            }
        }

        var table = new ScoreTable("variable", "band", "method");
        for (var v = 0; v < fields.Variables.Count; v++)
        {
            for (var b = 0; b < bands.Count; b++)
            {
                for (var m = 0; m < methods.Count; m++)
                {
                    var sum = sums[m * fields.Variables.Count + v][b];
                    if (!sum.IsEmpty)
                    {
                        table.Add(
                            [fields.Variables[v].Name, bands[b].Name, methods[m].Name],
                            [("rmse", sum.Rmse), ("bias", sum.Bias), ("anomaly_correlation", sum.AnomalyCorrelation), ("explained_variance", sum.ExplainedVariance), ("fields", fields.Count)]);
                    }
                }
            }
        }

        return table.ToDataFrame();

        void Accumulate(List<PairSums> into, int start, int variable, float[] truth, float[] estimate, float[] present)
        {
            var (scale, offset) = (normalisation.Scale[variable], normalisation.Offset[variable]);
            for (var band = 0; band < bands.Count; band++)
            {
                foreach (var x in cells[band])
                {
                    if (present[start + x] > 0)
                    {
                        into[band].Add(area[x], (truth[start + x] - offset) * scale, (estimate[start + x] - offset) * scale);
                    }
                }
            }
        }
    }
}
