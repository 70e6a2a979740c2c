using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Observations.Networks;

namespace VaeDa.Verification.Scores;

/// <summary>What quality control made of observations of which it is known how many are grossly wrong.</summary>
/// <param name="Wrong">Grossly wrong ones.</param>
/// <param name="Found">Of these, those flagged.</param>
/// <param name="Good">The others.</param>
/// <param name="Blamed">Of these, those flagged.</param>
public readonly record struct GrossErrorCounts(int Wrong, int Found, int Good, int Blamed)
{
    public static GrossErrorCounts operator +(GrossErrorCounts a, GrossErrorCounts b) =>
        new(a.Wrong + b.Wrong, a.Found + b.Found, a.Good + b.Good, a.Blamed + b.Blamed);

    /// <param name="observations">What was assimilated.</param>
    /// <param name="analysis">Of its table.</param>
    public static GrossErrorCounts Of(PseudoObservations observations, Analysis analysis)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(analysis);
        var wrong = observations.GrossErrors.ToHashSet();
        var flags = analysis.Observations["flag"].Cast<string>().Select((flag, row) => (IsWrong: wrong.Contains(row), IsFlagged: flag == ObservationResults.Outlier)).ToList();
        return new GrossErrorCounts(wrong.Count, flags.Count(f => f is { IsWrong: true, IsFlagged: true }), flags.Count - wrong.Count, flags.Count(f => f is { IsWrong: false, IsFlagged: true }));
    }

    /// <summary>A row for each network.</summary>
    public static DataFrame ToDataFrame(IReadOnlyDictionary<string, GrossErrorCounts> counts) => new(
        new StringDataFrameColumn("network", counts.Keys),
        new Int32DataFrameColumn("wrong", counts.Values.Select(c => c.Wrong)),
        new Int32DataFrameColumn("wrong_flagged", counts.Values.Select(c => c.Found)),
        new Int32DataFrameColumn("good", counts.Values.Select(c => c.Good)),
        new Int32DataFrameColumn("good_flagged", counts.Values.Select(c => c.Blamed)));
}
