using TorchSharp;
using VaeDa.Archives;
using VaeDa.Archives.Batches;
using VaeDa.Assimilation;
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

    /// <param name="regression">Null before it is fitted.</param>
    internal Converter(GenerativeModel model, Grid sourceGrid, IReadOnlyList<Variable> sourceVariables, Normalisation sourceNormalisation, SourceRegression? regression)
    {
        (Model, SourceGrid, SourceVariables, SourceNormalisation, _regression) = (model, sourceGrid, sourceVariables, sourceNormalisation, regression);
        _interpolation = SourceInterpolation.Between(sourceGrid, sourceVariables, model.Grid, model.Variables);
    }

    /// <summary>The generator behind the new encoder; the error of its prior statistics is that of the conversion.</summary>
    public GenerativeModel Model { get; }

    public Grid SourceGrid { get; }

    public IReadOnlyList<Variable> SourceVariables { get; }

    public Normalisation SourceNormalisation { get; }

    /// <summary>Standard deviation of the error at a time, (V, H, W), units of the variables; NaN where the target never has a value.</summary>
    public float[] Spread(DateTime time)
    {
        using var prior = Model.Prior.At(time).Prior;
        return prior.GeneratorError;
    }

    /// <summary>The expected fields.</summary>
    /// <param name="source">On the converter's own grid.</param>
    /// <returns>One at a time, (V, H, W), units of the variables; NaN where the target never has a value.</returns>
    /// <exception cref="InvalidInputException">The fields are not those that the encoder reads.</exception>
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

    /// <summary>Draws of what the fields may have been: the expected one, and errors of the covariance that it has.</summary>
    /// <param name="estimate">(V, H, W), of <see cref="Convert"/>.</param>
    /// <param name="time">Of the field; the same draws follow for it from a seed, whatever else is converted.</param>
    /// <param name="members">M.</param>
    /// <returns>M fields (V, H, W).</returns>
    public IReadOnlyList<float[]> Members(float[] estimate, DateTime time, int members, long seed)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        if (members == 0)
        {
            return [];
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed * 0x9e3779b97f4a7c15 + (ulong)(time.Ticks / TimeSpan.TicksPerMinute));
        using var then = Model.At(time);
        using var covariance = ResidualCovariance.Of(then);
        var fields = (tensor(estimate) + covariance.Draw(members, generator).AtCells).data<float>().ToArray(); // (M, N)
        return [.. fields.Chunk(estimate.Length)];
    }

    /// <summary>Writes aside and renames.</summary>
    /// <param name="card">Of the model that the generator is of, with this converter's provenance, scores and <see cref="ModelCard.Conversion"/>.</param>
    public void Save(string path, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        ModelFile.Save(path, (VariationalAutoencoder)Model.Autoencoder, card, Model.Prior, Model.ClimatologicalStandardDeviation, [.. _regression!.Parts.Select(part => (RegressionPrefix + part.Name, part.Values))]);
    }

    /// <param name="device">Where it computes (<see cref="TorchRuntime.Start"/>); the processor by default.</param>
    /// <exception cref="InvalidInputException">The file is not a converter, or libtorch cannot be loaded.</exception>
    public static Converter Load(string path, Device? device = null)
    {
        TorchLibrary.Load();
        var card = ModelFile.ReadAnyCard(path);
        var source = card.Conversion ?? throw new InvalidInputException($"{path}: a model, not a converter") { Remedy = Remedy.TrainConverter };
        var file = SafetensorsFile.Read(path);
        using var scope = NewDisposeScope();
        var regression = SourceRegression.From(name => tensor(file.Floats(RegressionPrefix + name), file.Shape(RegressionPrefix + name)));
        return new Converter(ModelFile.Load(path, card, device), source.Grid, source.Variables, source.Normalisation, regression);
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
