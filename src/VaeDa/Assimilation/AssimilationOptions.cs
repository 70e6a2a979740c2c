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
    /// An observation is rejected where it departs from what all others and the background predict of it by more than so many
    /// standard deviations. Infinite: every observation is trusted.
    /// </summary>
    public double RejectBeyond { get; init; } = 4;

    /// <summary>Whether the observations' errors are estimated, a factor for each variable; else they are taken as stated.</summary>
    public bool EstimateError { get; init; }

    /// <summary>
    /// More observations than this are averaged, those of one variable that are close to each other, until they number no
    /// more: memory grows with its square, time with its cube.
    /// </summary>
    public int AverageBeyond { get; init; } = 4000;

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

        Check(RejectBeyond > 0, "threshold of rejection", RejectBeyond, "above 0, or Infinity to keep all");
        Check(AverageBeyond >= 100, "number beyond which observations are averaged", AverageBeyond, "at least 100");
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
