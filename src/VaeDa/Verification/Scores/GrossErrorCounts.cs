using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Observations.Networks;

namespace VaeDa.Verification.Scores;

/// <summary>How quality control did on observations of which it is known which are grossly wrong.</summary>
/// <param name="Wrong">The number of observations that are grossly wrong.</param>
/// <param name="Found">The number of wrong observations that were rejected.</param>
/// <param name="Good">The number of the other observations.</param>
/// <param name="Blamed">The number of good observations that were rejected.</param>
public readonly record struct GrossErrorCounts(int Wrong, int Found, int Good, int Blamed)
{
    /// <summary>Adds the counts of two analyses.</summary>
    /// <param name="a">The counts of some analyses.</param>
    /// <param name="b">The counts of others.</param>
    /// <returns>The counts of all of them together.</returns>
    public static GrossErrorCounts operator +(GrossErrorCounts a, GrossErrorCounts b) =>
        new(a.Wrong + b.Wrong, a.Found + b.Found, a.Good + b.Good, a.Blamed + b.Blamed);

    /// <summary>Counts, in one analysis of pseudo-observations, what became of those with gross errors and of the others.</summary>
    /// <param name="observations">The pseudo-observations, which know the rows that have gross errors.</param>
    /// <param name="analysis">The analysis of their table.</param>
    /// <returns>The counts.</returns>
    public static GrossErrorCounts Of(PseudoObservations observations, Analysis analysis)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(analysis);
        var wrong = observations.GrossErrors.ToHashSet();
        var flags = analysis.Observations["flag"].Cast<string>().Select((flag, row) => (IsWrong: wrong.Contains(row), IsFlagged: flag == ObservationResults.Outlier)).ToList();
        return new GrossErrorCounts(wrong.Count, flags.Count(f => f is { IsWrong: true, IsFlagged: true }), flags.Count - wrong.Count, flags.Count(f => f is { IsWrong: false, IsFlagged: true }));
    }

    /// <summary>Makes a table of counts with the columns network, wrong, wrong_flagged, good and good_flagged.</summary>
    /// <param name="counts">The counts by the name of the network.</param>
    /// <returns>The table, one row for each network.</returns>
    public static DataFrame ToDataFrame(IReadOnlyDictionary<string, GrossErrorCounts> counts) => new(
        new StringDataFrameColumn("network", counts.Keys),
        new Int32DataFrameColumn("wrong", counts.Values.Select(c => c.Wrong)),
        new Int32DataFrameColumn("wrong_flagged", counts.Values.Select(c => c.Found)),
        new Int32DataFrameColumn("good", counts.Values.Select(c => c.Good)),
        new Int32DataFrameColumn("good_flagged", counts.Values.Select(c => c.Blamed)));
}
