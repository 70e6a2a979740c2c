namespace VaeDa.Training;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    public int Epochs { get; init; } = 10;

    public int BatchSize { get; init; } = 32;

    /// <summary>Highest learning rate of the schedule.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decoupled weight decay (AdamW); 0 is Adam.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Largest gradient norm; longer gradients are shortened to it.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Epochs without a better validation loss after which training stops; 0: never.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Everything random follows from it: first weights, order of the fields, samples of the latent.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>What suits a preset: the defaults here, or the reference system's own numbers.</summary>
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
