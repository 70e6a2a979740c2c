namespace VaeDa.Observations.Networks;

/// <summary>How <see cref="PseudoObservations"/> observe a known field.</summary>
public sealed record PseudoObservationSpec
{
    /// <summary>
    /// The standard deviations of the errors (σ, above 0) by the name of the variable, in its units. These variables are observed
    /// at each place of the network that does not name its own; a place's own error takes precedence.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Errors { get; init; }

    /// <summary>The seed that the errors follow from.</summary>
    public required int Seed { get; init; }

    /// <summary>The time that is written with each observation, UTC; null for none.</summary>
    public DateTime? Time { get; init; }

    /// <summary>The share of the observations that are grossly wrong, 0…1, for trials of quality control.</summary>
    public double GrossErrorFraction { get; init; }

    /// <summary>The size of a gross error, of either sign, in standard deviations σ; 0 or more.</summary>
    public double GrossErrorSize { get; init; } = 10;

    /// <summary>The same at one of many times, with errors of its own: its seed follows from the seed and the time.</summary>
    /// <param name="time">The time, UTC.</param>
    /// <returns>A new spec.</returns>
    public PseudoObservationSpec At(DateTime time) =>
        this with { Time = time, Seed = (int)(SplitMix64.Mix((ulong)time.Ticks + SplitMix64.Step * (ulong)(uint)Seed) >> 33) };

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    internal PseudoObservationSpec Validated()
    {
        if (Errors.Count == 0)
        {
            throw new InvalidInputException("no variable is to be observed: give at least one with its error");
        }

        foreach (var (variable, error) in Errors)
        {
            Require(error > 0 && double.IsFinite(error), $"the error of '{variable}' is {error}; it must be above 0");
        }

        Require(GrossErrorFraction is >= 0 and <= 1, $"the fraction of gross errors is {GrossErrorFraction}; it must be in 0…1");
        Require(GrossErrorSize >= 0 && double.IsFinite(GrossErrorSize), $"the size of gross errors is {GrossErrorSize}; it must not be below 0");
        return this;
    }

    private static void Require(bool holds, FormattableString problem)
    {
        if (!holds)
        {
            throw new InvalidInputException(FormattableString.Invariant(problem));
        }
    }
}
