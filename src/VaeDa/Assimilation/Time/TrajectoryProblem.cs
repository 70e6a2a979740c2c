using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// J of whole sequences of states: ½ (x − m)ᵀ Λ (x − m) of the prior, and what each date's observations add. Dates without observations have
/// only their part in the prior.
/// </summary>
/// <param name="prior">Not disposed here.</param>
/// <param name="dates">T; null where nothing is observed.</param>
/// <param name="forEach">Does something for each number below a count, in any order.</param>
internal sealed class TrajectoryProblem(TrajectoryPrior prior, IReadOnlyList<DatedProblem?> dates, Action<int, Action<int>> forEach)
{
    /// <summary>Λ.</summary>
    public TrajectoryPrior Prior => prior;

    /// <summary>T; null where nothing is observed.</summary>
    public IReadOnlyList<DatedProblem?> Dates => dates;

    /// <summary>Does something for each date that has observations, in any order.</summary>
    public void ForEachObserved(Action<int, DatedProblem> action)
    {
        int[] observed = [.. Enumerable.Range(0, dates.Count).Where(t => dates[t] is not null)];
        forEach(observed.Length, i => action(observed[i], dates[observed[i]]!));
    }

    /// <summary>J and its gradient for each sequence.</summary>
    /// <param name="x">(S, T, d)</param>
    /// <param name="means">m, (S, T, d).</param>
    /// <param name="observations">y of each date, (S or 1, n); null where nothing is observed.</param>
    /// <returns>(S), (S, T, d)</returns>
    public (Tensor Cost, Tensor Gradient) CostAndGradient(Tensor x, Tensor means, IReadOnlyList<Tensor?> observations)
    {
        using var scope = NewDisposeScope();
        var departure = x - means; // (S, T, d)
        var gradient = prior.Apply(departure); // (S, T, d)
        var costs = new Tensor?[dates.Count];
        var cost = 0.5 * (departure * gradient).sum([1, 2]); // (S)
        ForEachObserved((t, date) =>
        {
            using var inner = NewDisposeScope();
            var (ofDate, pull) = date.CostAndGradient(x.select(1, t), observations[t]!); // (S), (S, d)
            costs[t] = ofDate.DetachFromDisposeScope();
            gradient.select(1, t).add_(pull);
        });
        foreach (var ofDate in costs.OfType<Tensor>())
        {
            cost.add_(ofDate);
            ofDate.Dispose();
        }

        return (cost.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }
}
