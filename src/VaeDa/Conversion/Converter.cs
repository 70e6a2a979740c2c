using VaeDa.Archives;
using VaeDa.Archives.Batches;
using VaeDa.Assimilation.Residual;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Conversion;

/// <summary>
/// From a field of one data set to that of another at the same time: x = G(s) + R(s) + e, G(s) = g + I (s − H g), g = D(m(s)).
/// m is the encoder's mean and D the generator; where a variable is in both data sets, what the generator lacks at the
/// source's cells is interpolated from there (H, I bilinear); R is the regression on the source of what is left, and e the error
/// of the whole, Gaussian with the covariance that it has on held-out times (<see cref="ResidualCovariance"/>).
/// </summary>
public sealed class Converter : IDisposable
{
    private const string RegressionPrefix = "regression.";
    private const int BatchSize = 64;
    private readonly SourceRegression? _regression; // R
    private readonly SourceInterpolation? _interpolation; // I, H

    /// <param name="model">The generator behind the new encoder; the new object's own.</param>
    /// <param name="sourceGrid">H' × W'.</param>
    /// <param name="sourceVariables">V'.</param>
    /// <param name="sourceNormalisation">From units to what the encoder reads.</param>
    /// <param name="regression">Null before it is fitted.</param>
    internal Converter(GenerativeModel model, Grid sourceGrid, IReadOnlyList<Variable> sourceVariables, Normalisation sourceNormalisation, SourceRegression? regression)
    {
        (Model, SourceGrid, SourceVariables, SourceNormalisation, _regression) = (model, sourceGrid, sourceVariables, sourceNormalisation, regression);
        _interpolation = SourceInterpolation.Between(sourceGrid, sourceVariables, model.Grid, model.Variables);
    }

    /// <summary>The generator behind the new encoder; the error of its prior statistics is that of the conversion.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The grid of the fields that the converter reads.</summary>
    public Grid SourceGrid { get; }

    /// <summary>The variables of the fields that the converter reads, in their order there.</summary>
    public IReadOnlyList<Variable> SourceVariables { get; }

    /// <summary>The scale and offset of each of these variables, from its units to the numbers that the encoder reads.</summary>
    public Normalisation SourceNormalisation { get; }

    /// <summary>The standard deviation of the error of converted fields at a time of the year.</summary>
    /// <param name="time">The time, UTC.</param>
    /// <returns>
    /// The standard deviation at each cell, shape (V, H, W), in the units of each variable; NaN where the target data set never has
    /// a value.
    /// </returns>
    public float[] Spread(DateTime time)
    {
        using var prior = Model.Prior.At(time).Prior;
        return prior.GeneratorError;
    }

    /// <summary>Converts fields, as they are asked for.</summary>
    /// <param name="source">The fields, of <see cref="SourceGrid"/> and <see cref="SourceVariables"/>.</param>
    /// <param name="cancellation">Breaks off between batches of fields.</param>
    /// <returns>
    /// The expected anomalies, one field for each of the source's, shape (V, H, W), in the units of the model's variables; NaN where
    /// the target data set never has a value.
    /// </returns>
    /// <exception cref="InvalidInputException">The fields are not those that the encoder reads.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<float[]> Convert(IFieldSet source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.Grid.Equals(SourceGrid) || !source.Variables.Select(v => (v.Name, v.Units)).SequenceEqual(SourceVariables.Select(v => (v.Name, v.Units))))
        {
            throw new InvalidInputException($"the fields are {Words(source.Variables)} on {source.Grid}; the converter reads {Words(SourceVariables)} on {SourceGrid}");
        }

        return Estimates();

        IEnumerable<float[]> Estimates()
        {
            foreach (var batch in new FieldBatches(source, SourceNormalisation, BatchSize, Model.Device).ReadAll())
            {
                cancellation.ThrowIfCancellationRequested();
                float[] fields;
                using (batch)
                {
                    fields = Estimate(batch);
                }

                for (var i = 0; i < fields.Length; i += Model.FieldLength)
                {
                    yield return fields[i..(i + Model.FieldLength)];
                }
            }
        }

        static string Words(IReadOnlyList<Variable> variables) => string.Join(", ", variables.Select(v => $"{v.Name} [{v.Units}]"));
    }

    /// <summary>Draws what a field may have been: the expected one plus errors of the covariance that the conversion has.</summary>
    /// <param name="estimate">The expected anomalies, shape (V, H, W), from <see cref="Convert"/>.</param>
    /// <param name="time">The time of the field, UTC; the same draws follow for it from a seed, whatever else is converted.</param>
    /// <param name="members">The number of ensemble members, M; 0 for none.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>M fields, shape (V, H, W) each, in the units of the model's variables.</returns>
    public IReadOnlyList<float[]> Members(float[] estimate, DateTime time, int members, long seed)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        if (members == 0)
        {
            return [];
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var then = Model.At(time);
        using var covariance = ResidualCovariance.Of(then);
        var fields = (tensor(estimate) + covariance.Draw(members, Noise.Of(seed, time)).AtCells).data<float>().ToArray(); // (M, N)
        return [.. fields.Chunk(estimate.Length)];
    }

    /// <summary>Writes a converter's file. It is written aside and renamed, so that a file of that name is whole at any time.</summary>
    /// <param name="path">The file, which ends in .safetensors.</param>
    /// <param name="card">
    /// The card of the model that the generator is of, with this converter's provenance, scores and
    /// <see cref="ModelCard.Conversion"/>.
    /// </param>
    /// <exception cref="InvalidCastException">The converter is a linear one, which has no network to be kept.</exception>
    public void Save(string path, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        ModelFile.Save(path, (VariationalAutoencoder)Model.Autoencoder, card, Model.Prior, Model.ClimatologicalStandardDeviation, others: [.. _regression!.Parts.Select(part => (RegressionPrefix + part.Name, part.Values))]);
    }

    /// <summary>Reads a converter. Loads libtorch where that is not loaded yet.</summary>
    /// <param name="path">The converter's .safetensors file.</param>
    /// <param name="device">The device to compute on (<see cref="TorchRuntime.Start"/>); the processor by default.</param>
    /// <returns>The converter; the caller's own.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is missing, is not a converter, or is of another format version; or libtorch cannot be loaded.
    /// </exception>
    public static Converter Load(string path, Device? device = null)
    {
        TorchLibrary.Load();
        var card = ModelFile.ReadAnyCard(path);
        var source = card.Conversion ?? throw new InvalidInputException($"{path}: a model, not a converter") { Remedy = Remedy.TrainConverter };
        using var scope = NewDisposeScope();
        var model = ModelFile.Load(path, card, device);
        try
        {
            var file = SafetensorsFile.Read(path);
            var (inputs, outputs) = ((long)source.Variables.Count * source.Grid.Cells, (long)card.Variables.Count * card.Grid.Cells);
            var modes = file.Shape(RegressionPrefix + "projection").FirstOrDefault();
            var regression = SourceRegression.From(name => Part(file, name, name switch
            {
                "mean" => [inputs],
                "projection" => [modes, inputs],
                "coefficients" => [modes, outputs],
                _ => [outputs],
            }));
            return new Converter(model, source.Grid, source.Variables, source.Normalisation, regression);
        }
        catch (InvalidInputException e)
        {
            model.Dispose();
            throw new InvalidInputException($"{path}: {e.Message}", e);
        }

        static Tensor Part(SafetensorsFile file, string name, long[] shape)
        {
            var (stored, found) = (RegressionPrefix + name, file.Shape(RegressionPrefix + name));
            return !found.SequenceEqual(shape) ? throw new InvalidInputException($"tensor '{stored}' is ({string.Join(", ", found)}); this converter needs ({string.Join(", ", shape)})")
                : !file.IsFinite(stored) ? throw new InvalidInputException($"tensor '{stored}' holds values that are not finite numbers")
                : tensor(file.Floats(stored), shape);
        }
    }

    /// <summary>The same with other prior statistics; takes over all else.</summary>
    internal Converter With(PriorStatistics prior)
    {
        Model.Prior.Dispose();
        return new Converter(
            new GenerativeModel(Model.Autoencoder, Model.Grid, Model.Variables, Model.Normalisation, prior, Model.ClimatologicalStandardDeviation, Model.Device),
            SourceGrid,
            SourceVariables,
            SourceNormalisation,
            _regression);
    }

    /// <summary>Truth less expected fields, in memory, of the target's times.</summary>
    internal InMemoryFields Errors(FieldPairs pairs, CancellationToken cancellation)
    {
        var truth = new float[Model.FieldLength];
        var errors = Convert(pairs.Source, cancellation).Select((estimate, i) =>
        {
            pairs.Target.Read(i, truth);
            return estimate.Zip(truth, (e, t) => t - e).ToArray();
        }).ToList();
        return new InMemoryFields(pairs.Target.Grid, pairs.Target.Variables, errors, [.. Enumerable.Range(0, pairs.Count).Select(pairs.Target.TimeOf)]);
    }

    /// <summary>Frees the model and the regression.</summary>
    public void Dispose()
    {
        Model.Dispose();
        _regression?.Dispose();
    }

    /// <summary>G(s): what generator and interpolation make of a batch's inputs.</summary>
    /// <returns>(B, N), units of the variables.</returns>
    internal Tensor Generate(FieldBatch batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var generated = Model.Decode(Model.Autoencoder.Encode(batch.Inputs).Mean).cpu(); // (B, N)
        if (_interpolation is not null)
        {
            var (scale, offset) = (PerVariable(SourceNormalisation.Scale), PerVariable(SourceNormalisation.Offset)); // (1, V', 1, 1)
            var source = ((batch.Inputs.cpu() - offset) * scale).flatten(1); // (B, N')
            var present = (batch.InputWeights.cpu() > 0).to(float32).flatten(1); // (B, N') or (1, N')
            generated += _interpolation.Correction(source, present, generated); // (B, N)
        }

        return generated.MoveToOuterDisposeScope();

        static Tensor PerVariable(IReadOnlyList<double> values) => tensor(values.Select(x => (float)x).ToArray()).reshape(1, -1, 1, 1);
    }

    /// <returns>(B, V, H, W) as one array.</returns>
    private float[] Estimate(FieldBatch batch)
    {
        using var scope = NewDisposeScope();
        var fields = Generate(batch); // (B, N)
        if (_regression is not null)
        {
            var scale = tensor(Model.Normalisation.Scale.Select(s => (float)s).ToArray()).repeat_interleave(Model.Grid.Cells); // (N)
            fields += _regression.Apply(batch.Inputs) * scale; // (B, N)
        }

        return fields.masked_fill(tensor(Model.Prior.GeneratorError).isnan(), float.NaN).data<float>().ToArray();
    }
}
