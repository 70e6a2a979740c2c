using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Model;
using VaeDa.Runtime;

namespace VaeDa.Assimilation.Control;

/// <summary>More observations than a covariance can be made of: those that quality control believes, averaged.</summary>
/// <param name="Screening">Of each observation.</param>
/// <param name="Averages">Of those accepted.</param>
internal sealed record ScreenedAverages(Screening Screening, SuperObservations Averages)
{
    /// <param name="source">For messages.</param>
    /// <param name="groups">Which error factor each observation has, from 0 (n).</param>
    /// <param name="pause">Renewed here.</param>
    /// <exception cref="InvalidInputException">None is accepted.</exception>
    public static ScreenedAverages Of(string source, GenerativeModel model, ObservationSet all, IReadOnlyList<int> groups, AssimilationOptions options, CollectionPause pause, CancellationToken cancellation)
    {
        using var residual = ResidualCovariance.Of(model, all.H, all.Places);
        var screening = Screening.Of(model, all, residual, groups, options, pause, cancellation);
        return screening.Check.Accepted.Contains(true)
            ? new ScreenedAverages(screening, SuperObservations.Of(all with { Sigma = screening.Sigma }, screening.Check.Accepted, residual, options.AverageBeyond, pause))
            : throw new InvalidInputException(FormattableString.Invariant($"{source}: all {all.Places.Length} observations depart by more than {options.RejectBeyond} standard deviations from what is predicted of them; check their units, or give a larger --reject-beyond"));
    }
}
