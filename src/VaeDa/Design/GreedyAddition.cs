using static TorchSharp.torch;

namespace VaeDa.Design;

/// <summary>The best places one after the other, and exchanges of them.</summary>
/// <param name="times">Of equal importance.</param>
/// <param name="candidates">Of all of them.</param>
/// <param name="criterion">What makes one better than another; per cost, where they have costs.</param>
internal sealed class GreedyAddition(IReadOnlyList<AddedAtTime> times, Candidates candidates, DesignCriterion criterion)
{
    private const int MostPasses = 20;

    // Of the gain: less is rounding in single precision.
    private const double WorthExchanging = 1e-4;

    private readonly List<int> _chosen = [];

    /// <summary>The candidates that are observed at, in their order.</summary>
    public IReadOnlyList<int> Chosen => _chosen;

    /// <summary>Observes at the best candidate.</summary>
    /// <returns>Which it is, and what its observation tells, in nats.</returns>
    public (int Candidate, double Information) Add()
    {
        using var scores = Scores(); // (P)
        return Observed(Best(scores).Candidate);
    }

    /// <summary>
    /// Exchanges each of the places that were chosen for the best of all that are free, until none is better; then they are put in the
    /// order in which they help most.
    /// </summary>
    /// <param name="cancellation">Checked before each exchange.</param>
    /// <returns>How many were exchanged.</returns>
    public int Exchange(CancellationToken cancellation)
    {
        var exchanges = 0;
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var before = exchanges;
            foreach (var old in _chosen.ToArray())
            {
                cancellation.ThrowIfCancellationRequested();
                Leave(old);
                using var scores = Scores(); // (P)
                var (best, score) = Best(scores);
                var isBetter = score > scores[old].item<double>() * (1 + WorthExchanging);
                exchanges += isBetter ? 1 : 0;
                Observe(isBetter ? best : old);
            }

            if (exchanges == before)
            {
                break;
            }
        }

        return exchanges;
    }

    /// <summary>Takes all places away again.</summary>
    /// <returns>Those that were chosen.</returns>
    public int[] Clear()
    {
        int[] chosen = [.. _chosen];
        Array.ForEach(chosen, Leave);
        return chosen;
    }

    /// <summary>Observes at the best of a few candidates.</summary>
    /// <param name="among">Those that may be chosen.</param>
    /// <returns>Which it is, and what its observation tells, in nats.</returns>
    public (int Candidate, double Information) Add(IReadOnlyCollection<int> among)
    {
        using var scores = Scores(); // (P)
        return Observed(among.Except(_chosen).MaxBy(candidate => scores[candidate].item<double>()));
    }

    private (int Candidate, double Information) Observed(int candidate)
    {
        using var scope = NewDisposeScope();
        var information = times.Average(t => t.Information()[candidate].item<double>());
        Observe(candidate);
        return (candidate, information);
    }

    private (int Candidate, double Score) Best(Tensor scores)
    {
        using var scope = NewDisposeScope();
        var free = scores.clone(); // (P)
        foreach (var taken in _chosen)
        {
            free[taken] = double.NegativeInfinity;
        }

        var best = (int)free.argmax().item<long>();
        return (best, free[best].item<double>());
    }

    /// <returns>(P), the caller's own.</returns>
    private Tensor Scores()
    {
        using var scope = NewDisposeScope();
        var scores = times.Select(t => criterion == DesignCriterion.Variance ? t.Gains() : t.Information()).Aggregate((sum, of) => sum + of); // (P)
        return (candidates.Costs is { } costs ? scores / costs : scores).MoveToOuterDisposeScope();
    }

    private void Observe(int candidate)
    {
        foreach (var time in times)
        {
            time.Add(candidate);
        }

        _chosen.Add(candidate);
    }

    private void Leave(int candidate)
    {
        foreach (var time in times)
        {
            time.Remove(candidate);
        }

        _chosen.Remove(candidate);
    }
}
