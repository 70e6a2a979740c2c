using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Observations;

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
