namespace VaeDa.Assimilation;

/// <summary>What speaks against an analysis as a whole, found when it is there: the observations are not what it takes them for.</summary>
internal static class Doubts
{
    private const double MostPerObservation = 10; // 2J/n; quality control leaves at most some 4 of errors that are half of what they should be
    private const double MuchPerObservation = 3;
    private const double MuchFlagged = 0.25;
    private const double LeastPerObservation = 0.1;
    private const double LeastPossible = 0.002; // anomalies a twentieth of what they should be
    private const int EnoughForMost = 10; // of which a mean square beyond 10 has a probability of 10⁻¹⁶
    private const int EnoughForLeast = 20; // and below 0.1 one of 10⁻⁸

    /// <summary>Reasons not to take the analysis for a result, a sentence each, with a likely cause.</summary>
    /// <param name="used">Observations assimilated.</param>
    /// <param name="flagged">Outliers.</param>
    /// <param name="rejected">Observations with a value that could not be used.</param>
    /// <param name="reason">Of the first of them.</param>
    /// <param name="chiSquare">2J/n.</param>
    /// <param name="count">n.</param>
    public static IReadOnlyList<string> Of(int used, int flagged, int rejected, string? reason, double chiSquare, int count)
    {
        var doubts = new List<string>();
        if (rejected > used + flagged)
        {
            doubts.Add($"{rejected} of {rejected + used + flagged} observations cannot be used, the first because {reason}: check latitudes, longitudes and names of variables");
        }

        if (flagged > used)
        {
            doubts.Add($"{flagged} of {used + flagged} observations are left out as outliers: check that they are anomalies, in the model's units, and their errors");
        }

        if (count >= EnoughForMost && chiSquare > MuchPerObservation && flagged > MuchFlagged * (used + flagged) && flagged <= used)
        {
            doubts.Add(FormattableString.Invariant($"{flagged} of {used + flagged} observations are left out as outliers, and the others fit badly (chi-square per observation {chiSquare:g3} in place of 1): check that they are anomalies, in the model's units, and their errors"));
        }
        else if (count >= EnoughForMost && chiSquare > MostPerObservation)
        {
            doubts.Add(FormattableString.Invariant($"chi-square per observation is {chiSquare:g3} in place of 1: the observations contradict each other and the model; check their units, and whether their errors are far too small"));
        }

        if (count >= EnoughForLeast && chiSquare < LeastPossible)
        {
            doubts.Add(TooSmall(chiSquare));
        }

        return doubts;
    }

    /// <summary>Something odd that need not be wrong; null if there is nothing.</summary>
    public static string? Warning(double chiSquare, int count) => count >= EnoughForLeast && chiSquare is < LeastPerObservation and >= LeastPossible
        ? TooSmall(chiSquare)
        : null;

    private static string TooSmall(double chiSquare) => FormattableString.Invariant(
        $"chi-square per observation is {chiSquare:g3} in place of 1: the anomalies are far smaller than model and errors let expect; check their units, and whether their errors are far too large");
}
