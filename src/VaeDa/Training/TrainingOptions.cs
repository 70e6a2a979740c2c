namespace VaeDa.Training;

/// <summary>How a network is trained. The defaults suit the preset <c>default</c>.</summary>
public sealed record TrainingOptions
{
    /// <summary>The maximum number of epochs, passes over all training fields; at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The number of fields in each step of the optimiser; at least 1.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// The highest learning rate, above 0 and below 1: the rate rises to it over a warm-up of at most an epoch, then falls to a
    /// hundredth of it along half a cosine (Loshchilov and Hutter 2017).
    /// </summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The decoupled weight decay of AdamW (Loshchilov and Hutter 2019), 0 or more and below 1; 0 is Adam.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>The gradient-norm clip, above 0: longer gradients are shortened to it.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The number of epochs without a better validation loss after which training stops; 0 for never.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>
    /// The seed, 0 or more and below 2³¹, that everything random follows from: first weights, order of the fields, samples of
    /// the latents.
    /// </summary>
    public long Seed { get; init; } = 1;

    /// <summary>The options that suit a preset: the defaults here, or for <c>seed</c> the research code's own numbers.</summary>
    /// <param name="preset">The name of the preset, as of <see cref="Model.Network.VaeSpec.Preset"/>.</param>
    /// <returns>The options.</returns>
    public static TrainingOptions For(string preset) => preset == "seed"
        ? new TrainingOptions { Epochs = 201, BatchSize = 32, LearningRate = 1e-4, WeightDecay = 0, Patience = 20 }
        : new TrainingOptions();

    /// <summary>All of them, by the names that messages give them.</summary>
    internal IEnumerable<(string Name, string Value)> Words() =>
    [
        ("epochs", Word(Epochs)),
        ("batch size", Word(BatchSize)),
        ("learning rate", Word(LearningRate)),
        ("weight decay", Word(WeightDecay)),
        ("gradient clip", Word(ClipNorm)),
        ("patience", Word(Patience)),
        ("seed", Word(Seed)),
    ];

    /// <summary>Checks all values.</summary>
    /// <returns>These options.</returns>
    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public TrainingOptions Validated()
    {
        Check(Epochs >= 1, "epochs", Epochs, "at least 1");
        Check(BatchSize >= 1, "batch size", BatchSize, "at least 1");
        Check(LearningRate is > 0 and < 1, "learning rate", LearningRate, "between 0 and 1");
        Check(WeightDecay is >= 0 and < 1, "weight decay", WeightDecay, "0 or more, below 1");
        Check(ClipNorm > 0, "gradient-norm clip", ClipNorm, "above 0");
        Check(Patience >= 0, "patience", Patience, "0 or more");
        Check(Seed is >= 0 and < 1L << 31, "seed", Seed, "0 or more, below 2147483648");
        return this;
    }

    private static string Word<T>(T value) => FormattableString.Invariant($"{value}");

    private static void Check<T>(bool holds, string what, T value, string right)
    {
        if (!holds)
        {
            throw new InvalidInputException(FormattableString.Invariant($"{what} is {value}; it must be {right}"));
        }
    }
}
