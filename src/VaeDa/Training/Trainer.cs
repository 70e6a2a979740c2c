using System.Diagnostics;
using System.Globalization;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model.Network;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>Trains a network by AdamW and keeps the epoch with the lowest validation loss.</summary>
public sealed class Trainer
{
    private const int SeedOfValidation = -1;

    // Their garbage is small beside what a pause has room for.
    private const int StepsWithoutCollection = 16;
    private readonly VariationalAutoencoder _model;
    private readonly TrainingOptions _options;
    private readonly FieldBatches _training;
    private readonly FieldBatches _validation;
    private readonly IReadOnlyList<(string Name, IFieldSet Fields)> _fields;
    private readonly IReadOnlyList<(string Name, string Value)> _words;
    private readonly int _trainingCount;
    private readonly int _validationCount;
    private readonly TrainingStep _step;

    /// <summary>Prepares a training. Nothing is read or learnt before <see cref="Run"/>.</summary>
    /// <param name="model">The network, which is trained in place; it must be on <paramref name="device"/>.</param>
    /// <param name="training">The fields to learn from.</param>
    /// <param name="validation">The fields whose loss chooses the epoch.</param>
    /// <param name="normalisation">Scale and offset from the units of the variables to the network's numbers.</param>
    /// <param name="options">Epochs, learning rate and the like; checked here.</param>
    /// <param name="run">What makes this run this run beside network, fields and options, in words; a checkpoint of another run is refused.</param>
    /// <param name="device">Where tensors are computed.</param>
    /// <param name="inputs">The fields that the encoder reads; null where it reads those that the generator makes.</param>
    /// <exception cref="InvalidInputException">There are no training or no validation fields, or an option is out of range.</exception>
    public Trainer(VariationalAutoencoder model, IFieldSet training, IFieldSet validation, Normalisation normalisation, TrainingOptions options, string run, Device device, EncoderInputs? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        if (training.Count == 0 || validation.Count == 0)
        {
            throw new InvalidInputException($"training needs training and validation fields; the archive's split has {training.Count} and {validation.Count}");
        }

        (_model, _options) = (model, options.Validated());
        _step = new TrainingStep(model, _options.ClipNorm, device);
        (_trainingCount, _validationCount) = (training.Count, validation.Count);
        _training = Batches(training, inputs?.Training);
        _validation = Batches(validation, inputs?.Validation);
        _fields = inputs is null
            ? [("archive's training fields", training), ("archive's validation fields", validation)]
            : [("target archive's training fields", training), ("target archive's validation fields", validation), ("source archive's training fields", inputs.Training), ("source archive's validation fields", inputs.Validation)];
        _words = [("run", run), ("network", $"{model.Spec.Preset} of {model.Spec.LatentSize} latents"), ("normalisation", Words(normalisation)), .. inputs is null ? [] : new[] { ("source's normalisation", Words(inputs.Normalisation)) }, .. _options.Words()];

        FieldBatches Batches(IFieldSet fields, IFieldSet? read) => new(
            fields, normalisation, _options.BatchSize, device, read is null ? null : new FieldBatches(read, inputs!.Normalisation, _options.BatchSize, device));
    }

    /// <summary>What the convolutions compute in during the run; losses, gradients of weights and the optimiser are float32.</summary>
    public ScalarType ConvolutionType { get; init; } = ScalarType.Float32;

    /// <summary>Bytes of the device's memory that the training fields may take; those that fit are kept there.</summary>
    public long MemoryForFields { get; init; }

    /// <summary>
    /// Bytes of the device's memory that a step may take; a batch that needs more goes through in parts, at the cost of one
    /// more pass forward. The step is the same but for rounding.
    /// </summary>
    public long MemoryForBatch
    {
        get => _step.MemoryForBatch;
        init => _step.MemoryForBatch = value;
    }

    /// <summary>Trains until the last epoch, until the validation loss no longer falls, or until it is cancelled.</summary>
    /// <param name="checkpointPath">The checkpoint's file, which is written after each epoch and on cancellation.</param>
    /// <param name="resume">Whether to continue from that checkpoint instead of from the first step.</param>
    /// <param name="progress">Told after each step and each epoch; null for nobody.</param>
    /// <param name="cancellation">Stops the training after the step that it is in.</param>
    /// <returns>The history, one record for each epoch from 0, the untrained network; the model holds the best epoch's weights.</returns>
    /// <exception cref="OperationCanceledException">The training was cancelled; the checkpoint is at the step that was reached.</exception>
    /// <exception cref="InvalidInputException">The checkpoint is of another run, or the loss is no longer a number.</exception>
    public IReadOnlyList<EpochRecord> Run(string checkpointPath, bool resume, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            var run = Identity();
            _model.ConvolutionType = ConvolutionType;
            _training.KeepOnDevice(MemoryForFields);
            return Optimise(checkpointPath, resume, run, progress, cancellation);
        }
        finally
        {
            _model.ConvolutionType = ScalarType.Float32;
            _training.Dispose();
        }
    }

    /// <summary>
    /// What makes this run this run, by name, the values of its fields included; costs one read of them. It is not broken off: who
    /// cancels finds a checkpoint, which has to say this.
    /// </summary>
    private Dictionary<string, string> Identity() => _fields
        .SelectMany(part => ((string Name, string Value)[])
        [
            ($"the {part.Name}", Words(part.Fields)),
            ($"the values of the {part.Name}", FieldHash.Of(part.Fields)),
        ])
        .Concat(_words)
        .Append((Name: "convolutions", Value: ConvolutionType.ToString()))
        .ToDictionary(fact => fact.Name, fact => fact.Value);

    private static string Words(IFieldSet fields) => string.Create(CultureInfo.InvariantCulture,
        $"{fields.Count} of {string.Join(", ", fields.Variables.Select(v => $"{v.Name} [{v.Units}]"))} on {fields.Grid}, {fields.TimeOf(0):yyyy-MM-dd} to {fields.TimeOf(fields.Count - 1):yyyy-MM-dd}");

    // To few figures: measured by another number of threads it differs in the last.
    private static string Words(Normalisation normalisation) => string.Join(", ", normalisation.Scale.Zip(normalisation.Offset, (scale, offset) => FormattableString.Invariant($"{scale:g4} about {offset:g4}")));

    private IReadOnlyList<EpochRecord> Optimise(string checkpointPath, bool resume, IReadOnlyDictionary<string, string> run, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using var pause = new CollectionPause();
        var parameters = _model.parameters().Where(p => p.requires_grad).ToList();
        using var optimiser = optim.AdamW(parameters, _options.LearningRate, weight_decay: _options.WeightDecay);
        var best = new SafetensorsFile();
        var steps = (_trainingCount + _options.BatchSize - 1) / _options.BatchSize;
        var schedule = new LearningRateSchedule(_options.LearningRate, Math.Min(steps, 500), (long)steps * _options.Epochs);
        Checkpoint.State place;
        if (resume)
        {
            place = Checkpoint.Read(checkpointPath, run, _model, optimiser, best, steps, _options.Epochs);
        }
        else
        {
            // Epoch 0 counts: a network that starts at the EOFs must not end worse than they are.
            var start = Score(0, double.NaN, double.NaN, 0, 0, CancellationToken.None);
            if (!double.IsFinite(start.ValidationLoss))
            {
                throw new InvalidInputException($"the validation fields give no loss ({start.ValidationLoss}): no field has values there, or they are not of the size of the training fields");
            }

            _model.SaveTo(best, string.Empty);
            place = new Checkpoint.State { Run = run, Epoch = 1, Step = 0, BestEpoch = 0, BestLoss = start.ValidationLoss, LossSum = 0, SquaredErrorSum = 0, Seconds = 0, History = [start] };
        }

        while (place.Epoch <= _options.Epochs && (_options.Patience == 0 || place.Epoch - 1 - place.BestEpoch < _options.Patience))
        {
            var clock = Stopwatch.StartNew();
            var (before, waitedBefore) = (place.Seconds, place.WaitingSeconds - _training.Waited.TotalSeconds);
            foreach (var batch in _training.Read(OrderOf(place.Epoch), place.Step))
            {
                using (batch)
                {
                    var learningRate = schedule.At((long)(place.Epoch - 1) * steps + place.Step);
                    var (loss, squaredError) = _step.Take(batch, optimiser, parameters, learningRate, StepSeed.Of(_options.Seed, place.Epoch, place.Step + 1));
                    place = place with
                    {
                        Step = place.Step + 1,
                        LossSum = place.LossSum + loss,
                        SquaredErrorSum = place.SquaredErrorSum + squaredError,
                        Seconds = before + clock.Elapsed.TotalSeconds,
                        WaitingSeconds = waitedBefore + _training.Waited.TotalSeconds,
                    };
                }

                if (cancellation.IsCancellationRequested)
                {
                    Checkpoint.Write(checkpointPath, place, _model, optimiser, best);
                    throw new OperationCanceledException(cancellation);
                }

                if (place.Step % StepsWithoutCollection == 0)
                {
                    pause.Renew();
                }

                if (place.Step < steps)
                {
                    progress?.Report(new TrainingProgress(place.Epoch, place.Step, steps, place.LossSum / place.Step, null));
                }
            }

            EpochRecord record;
            pause.Renew();
            try
            {
                record = Score(place.Epoch, place.LossSum / steps, Math.Sqrt(place.SquaredErrorSum / steps), schedule.At((long)place.Epoch * steps - 1), before + clock.Elapsed.TotalSeconds, cancellation) with { WaitingSeconds = place.WaitingSeconds };
            }
            catch (OperationCanceledException)
            {
                // With all steps of the epoch behind it: who goes on begins with the score.
                Checkpoint.Write(checkpointPath, place, _model, optimiser, best);
                throw;
            }

            if (record.ValidationLoss < place.BestLoss)
            {
                place = place with { BestEpoch = place.Epoch, BestLoss = record.ValidationLoss };
                best = new SafetensorsFile();
                _model.SaveTo(best, string.Empty);
            }

            place = place with { Epoch = place.Epoch + 1, Step = 0, LossSum = 0, SquaredErrorSum = 0, Seconds = 0, WaitingSeconds = 0, History = [.. place.History, record] };
            Checkpoint.Write(checkpointPath, place, _model, optimiser, best);
            progress?.Report(new TrainingProgress(record.Epoch, steps, steps, record.TrainingLoss, record));
        }

        _model.LoadFrom(best, string.Empty);
        return place.History;
    }

    private IReadOnlyList<int> OrderOf(int epoch)
    {
        var order = Enumerable.Range(0, _trainingCount).ToArray();
        new Random((int)(StepSeed.Of(_options.Seed, epoch, 0) & int.MaxValue)).Shuffle(order);
        return order;
    }

    private EpochRecord Score(int epoch, double trainingLoss, double trainingError, double learningRate, double seconds, CancellationToken cancellation)
    {
        using var generator = new Generator(StepSeed.Of(_options.Seed, SeedOfValidation, 0));
        using var noGrad = no_grad();
        double loss = 0, divergence = 0, squaredError = 0;
        foreach (var batch in _validation.ReadAll())
        {
            using var owned = batch;
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var terms = _step.Forward(batch, generator, training: false);
            var weights = batch.Weights.expand_as(batch.Fields); // (B, V, H, W)
            var difference = batch.Fields - _model.Decode(_model.Encode(_step.InputsOf(batch)).Mean); // (B, V, H, W)
            var share = (double)batch.Fields.shape[0] / _validationCount;
            loss += share * terms.Total.item<float>();
            divergence += share * terms.Divergence.item<float>();
            squaredError += share * ((weights * difference.square()).sum() / weights.sum()).item<float>();
        }

        return new EpochRecord
        {
            Epoch = epoch,
            TrainingLoss = trainingLoss,
            ValidationLoss = loss,
            ValidationDivergence = divergence,
            TrainingError = trainingError,
            ValidationError = Math.Sqrt(squaredError),
            LearningRate = learningRate,
            Seconds = seconds,
        };
    }
}
