namespace VaeDa.Observations.Networks;

/// <summary>How a known field is observed.</summary>
public sealed record PseudoObservationSpec
{
    /// <summary>
    /// Standard deviations of the errors (σ, above 0) by variable, in its units: the variables observed at each place of
    /// the network that does not name its own. A place's own error takes precedence.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Errors { get; init; }

    public required int Seed { get; init; }

    /// <summary>Time written with each observation.</summary>
    public DateTime? Time { get; init; }

    /// <summary>Share of the observations that are grossly wrong, 0…1, for trials of quality control.</summary>
    public double GrossErrorFraction { get; init; }

    /// <summary>Size of a gross error, of either sign, in standard deviations σ.</summary>
    public double GrossErrorSize { get; init; } = 10;

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public PseudoObservationSpec Validated()
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
