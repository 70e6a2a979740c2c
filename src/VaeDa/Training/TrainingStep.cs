using VaeDa.Archives.Batches;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>One step of a training: forward, backward, and AdamW.</summary>
/// <param name="model">Trained in place; on <paramref name="device"/>.</param>
/// <param name="clipNorm">The gradient's norm is clipped to it.</param>
/// <param name="device">Of the model and the batches.</param>
internal sealed class TrainingStep(VariationalAutoencoder model, double clipNorm, Device device)
{
    private const double VarianceMemory = 0.99;
    private readonly ILoss _loss = model.Spec.Objective == Objective.Elbo ? new ElboLoss() : new ScaledSquaredErrorLoss();

    /// <inheritdoc cref="Trainer.MemoryForBatch"/>
    public long MemoryForBatch { get; set; } = long.MaxValue;

    /// <summary>Takes a step down the gradient of the batch's loss.</summary>
    /// <param name="batch">Not disposed here.</param>
    /// <param name="optimiser">Of the parameters.</param>
    /// <param name="parameters">That are trained.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="seed">Of the noise of q(z|x).</param>
    /// <returns>The loss, and the squared error over present cells, normalised units.</returns>
    /// <exception cref="InvalidInputException">The loss is not a number.</exception>
    public (double Loss, double SquaredError) Take(FieldBatch batch, TorchSharp.Modules.AdamW optimiser, List<TorchSharp.Modules.Parameter> parameters, double learningRate, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        foreach (var group in optimiser.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        // The optimiser's own would write zeros, to which backward then adds; without a gradient, backward leaves its own there.
        model.zero_grad();
        var terms = Pass(batch, generator);
        nn.utils.clip_grad_norm_(parameters, clipNorm);
        optimiser.step();
        using (no_grad())
        {
            var logVariance = model.DecoderLogVariance; // (V)
            logVariance.mul_(VarianceMemory).add_(terms.SquaredError.clamp_min(1e-12).log(), 1 - VarianceMemory);
        }

        var loss = terms.Total.item<float>();
        return float.IsFinite(loss)
            ? (loss, terms.SquaredError.mean().item<float>())
            : throw new InvalidInputException($"the training loss is {loss} at learning rate {learningRate:g2}; a smaller one may help") { Setting = nameof(TrainingOptions.LearningRate) };
    }

    /// <summary>Forward and backward, in as many parts as memory asks for.</summary>
    private LossTerms Pass(FieldBatch batch, Generator generator)
    {
        var together = Math.Clamp(MemoryForBatch / model.BytesOfField, 1, batch.Fields.shape[0]);
        if (together < batch.Fields.shape[0])
        {
            return PassInParts(batch, generator, together);
        }

        var terms = Forward(batch, generator, training: true);
        terms.Total.backward();
        return terms;
    }

    /// <summary>The loss of a batch, differentiable.</summary>
    public LossTerms Forward(FieldBatch batch, Generator generator, bool training)
    {
        var (mean, logVariance) = model.Encode(InputsOf(batch)); // (B, k), (B, k)
        var z = Sample(mean, logVariance, Noise(mean.shape[0], generator)); // (B, k)
        return _loss.Of(batch, model.Decode(z), mean, logVariance, z, model.DecoderLogVariance, training);
    }

    /// <summary>
    /// With the layers' values of only some fields in memory. The loss is one of the whole batch (its variance, its present
    /// cells), so its gradient with respect to what the network gives is taken first, then handed back through the network
    /// part by part (Gao et al. 2021, 'Scaling deep contrastive learning batch size under memory limited setup').
    /// </summary>
    /// <param name="batch">The whole.</param>
    /// <param name="generator">Of the noise of q(z|x).</param>
    /// <param name="together">Fields in a part.</param>
    private LossTerms PassInParts(FieldBatch batch, Generator generator, long together)
    {
        var noises = Noise(batch.Fields.shape[0], generator).split(together); // parts of (B, k)
        var inputs = InputsOf(batch).split(together); // parts of (B, V, H, W)
        var passed = new List<(Tensor Mean, Tensor LogVariance, Tensor Generated)>();
        using (no_grad())
        {
            for (var p = 0; p < inputs.Length; p++)
            {
                passed.Add(PassForward(p));
            }
        }

        var mean = cat([.. passed.Select(part => part.Mean)]).requires_grad_(); // (B, k)
        var logVariance = cat([.. passed.Select(part => part.LogVariance)]).requires_grad_(); // (B, k)
        var generated = cat([.. passed.Select(part => part.Generated)]).requires_grad_(); // (B, V, H, W)
        var terms = _loss.Of(batch, generated, mean, logVariance, Sample(mean, logVariance, cat(noises)), model.DecoderLogVariance, training: true);
        terms.Total.backward();
        var gradients = (Means: mean.grad!.split(together), LogVariances: logVariance.grad!.split(together), Generated: generated.grad!.split(together));
        for (var p = 0; p < inputs.Length; p++)
        {
            using var scope = NewDisposeScope();
            var part = PassForward(p);
            ((part.Mean * gradients.Means[p]).sum() + (part.LogVariance * gradients.LogVariances[p]).sum() + (part.Generated * gradients.Generated[p]).sum()).backward();
        }

        return terms;

        (Tensor Mean, Tensor LogVariance, Tensor Generated) PassForward(int p)
        {
            var (partMean, partLogVariance) = model.Encode(inputs[p]); // (b, k), (b, k)
            return (partMean, partLogVariance, model.Decode(Sample(partMean, partLogVariance, noises[p]))); // (b, V, H, W)
        }
    }

    /// <summary>What the encoder reads, (B, V', H', W'). The linear path, which fills gaps, is that of the fields alone.</summary>
    public Tensor InputsOf(FieldBatch batch) => ReferenceEquals(batch.Inputs, batch.Fields) ? model.Filled(batch) : batch.Inputs.alias();

    /// <summary>(B, k), drawn on the CPU: the same on any device.</summary>
    private Tensor Noise(long fields, Generator generator) => randn([fields, model.Spec.LatentSize], generator: generator).to(device); // (B, k)

    private static Tensor Sample(Tensor mean, Tensor logVariance, Tensor noise) => mean + (0.5 * logVariance).exp() * noise; // (B, k)
}
