using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Observations;
using VaeDa.Observations.Rows;

namespace VaeDa.Assimilation;

/// <summary>The observations of one date, controlled, and what is found of that date by itself.</summary>
/// <param name="H">Of all rows of the table.</param>
/// <param name="Averaged">Null where observations are not averaged.</param>
/// <param name="Set">As they are searched with.</param>
/// <param name="Residual">At them.</param>
/// <param name="First">With R of all; disposed with this.</param>
/// <param name="Found">The most probable state, and members if any were asked for.</param>
/// <param name="Check">Which observations are believed.</param>
/// <param name="ErrorFactors">Null where errors are taken as stated.</param>
/// <param name="Seconds">That the search took.</param>
internal sealed record SearchedDate(ObservationOperator H, ScreenedAverages? Averaged, ObservationSet Set, ResidualCovariance Residual, LatentProblem First, FoundEnsemble Found, CheckedObservations Check, ErrorFactor[]? ErrorFactors, double Seconds)
    : IDisposable
{
    /// <summary>What the other observations of the date alone say of each, where <see cref="Check"/> is by those of other dates too; else null.</summary>
    public CheckedObservations? Alone { get; init; }

    /// <summary>Rows that have a value, are not withheld and cannot be used.</summary>
    public static IReadOnlyList<RejectedObservation> Unusable(ObservationTable table, ObservationOperator h) =>
        [.. h.Rejected.Where(r => table.Observations[r.Index].Flag is var flag && !RowFlag.IsRepeat(flag) && !RowFlag.IsMissing(flag) && !RowFlag.IsWithheld(flag))];

    /// <summary>Why the date by itself is no result that counts; null where it is one.</summary>
    /// <param name="table">Its observations.</param>
    public string? Fault(ObservationTable table)
    {
        var (unusable, n) = (Unusable(table, H), Found.Problem.R.Count);
        var doubts = Doubts.Of(Check.Accepted.Count(a => a), Check.Accepted.Count(a => !a), unusable.Count, unusable.Select(r => r.Reason).FirstOrDefault(), 2 * Found.Best.Cost / n, n);
        return doubts.FirstOrDefault() ?? ErrorFactors?.Select(f => f.Fault).OfType<string>().FirstOrDefault();
    }

    /// <summary>Frees what only a search needs: the covariances.</summary>
    public void EndSearch()
    {
        Found.Control.Dispose();
        First.Dispose();
    }

    public void Dispose()
    {
        EndSearch();
        Residual.Dispose();
    }
}
