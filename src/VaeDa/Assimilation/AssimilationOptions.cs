namespace VaeDa.Assimilation;

/// <summary>How observations are assimilated.</summary>
public sealed record AssimilationOptions
{
    /// <summary>How the most probable state is searched for, and how the members are drawn.</summary>
    public AssimilationMethod Method { get; init; } = AssimilationMethod.GaussNewton;

    /// <summary>The number of ensemble members, M, at least 2; 0 for the most probable field alone.</summary>
    public int Members { get; init; } = 20;

    /// <summary>The seed that everything random follows from, 0…2147483647.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// The standard deviation of the errors of observations that bring none of their own, by the name of the variable, in its
    /// units; above 0.
    /// </summary>
    public IReadOnlyDictionary<string, double> DefaultErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// An observation is rejected where it departs from what all others and the background predict of it by more than so many
    /// standard deviations; above 0. Infinite: every observation is trusted.
    /// </summary>
    public double RejectBeyond { get; init; } = 4;

    /// <summary>
    /// Whether the observations' errors are estimated, a factor for each variable by maximum likelihood; otherwise they are taken
    /// as stated.
    /// </summary>
    public bool EstimateError { get; init; }

    /// <summary>
    /// More observations than this are averaged, those of one variable that are close to each other, until they number no
    /// more; at least 100. Memory grows with the square of this number, and time with its cube.
    /// </summary>
    public int AverageBeyond { get; init; } = 4000;

    /// <summary>The number of states that the generator decodes together, at least 1: it bounds memory and changes no result.</summary>
    public int ChunkSize { get; init; } = 32;

    /// <summary>Checks that each option is in its range.</summary>
    /// <returns>The same options.</returns>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
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
