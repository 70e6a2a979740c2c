namespace VaeDa.Assimilation;

/// <summary>How observations are assimilated.</summary>
public sealed record AssimilationOptions
{
    public AssimilationMethod Method { get; init; } = AssimilationMethod.GaussNewton;

    /// <summary>Members of the ensemble; 0: the most probable state alone.</summary>
    public int Members { get; init; } = 20;

    /// <summary>Everything random follows from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>σ_obs of observations that bring none of their own, by variable, in its units.</summary>
    public IReadOnlyDictionary<string, double> DefaultErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// Huber's threshold in standard deviations of the observation error: beyond it an observation's pull no longer grows
    /// with its departure. Infinite: every observation is trusted.
    /// </summary>
    public double HuberThreshold { get; init; } = 2;

    /// <summary>An observation whose weight falls below this is flagged as an outlier.</summary>
    public double FlagBelow { get; init; } = 0.5;

    /// <summary>States that the generator decodes together: bounds memory, changes no result.</summary>
    public int ChunkSize { get; init; } = 32;

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public AssimilationOptions Validated()
    {
        Check(Members is 0 or >= 2, "members", Members, "at least 2, or 0 for the most probable state alone");
        Check(Method != AssimilationMethod.Hmc || Members > 0, "members", Members, "at least 2 with the method hmc, which is a way to draw them");
        Check(Seed is >= 0 and < 1L << 31, "seed", Seed, "0 or more, below 2147483648");
        foreach (var (variable, error) in DefaultErrors)
        {
            Check(error > 0, $"observation error of '{variable}'", error, "above 0");
        }

        Check(HuberThreshold > 0, "Huber threshold", HuberThreshold, "above 0");
        Check(FlagBelow is >= 0 and <= 1, "flag threshold", FlagBelow, "between 0 and 1");
        Check(ChunkSize >= 1, "chunk size", ChunkSize, "at least 1");
        return this;
    }

    private static void Check<T>(bool holds, string what, T value, string right)
    {
        if (!holds)
        {
            throw new InvalidInputException(FormattableString.Invariant($"{what} is {value}; it must be {right}"));
        }
    }
}
