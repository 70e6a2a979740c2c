using VaeDa.Assimilation.Problem;
using VaeDa.Model;
using VaeDa.Runtime;

namespace VaeDa.Assimilation.Control;

/// <summary>More observations than a covariance can be made of: those that quality control believes, averaged.</summary>
/// <param name="Screening">Of each observation.</param>
/// <param name="Averages">Of those accepted.</param>
internal sealed record ScreenedAverages(Screening Screening, SuperObservations Averages)
{
    /// <param name="source">Of the observations, for messages.</param>
    /// <param name="model">Not disposed here.</param>
    /// <param name="all">Observations, none rejected yet (n).</param>
    /// <param name="groups">Which error factor each observation has, from 0 (n).</param>
    /// <param name="settings">For each of them, not for the averages.</param>
    /// <param name="averageBeyond">As many averages at most.</param>
    /// <param name="seed">Of the sample by which errors are estimated.</param>
    /// <param name="chunkSize">States to decode together, where so many fit.</param>
    /// <param name="pause">Renewed here.</param>
    /// <param name="cancellation">Checked before each block of neighbours.</param>
    /// <exception cref="InvalidInputException">None is accepted.</exception>
    public static ScreenedAverages Of(string source, GenerativeModel model, ObservationSet all, IReadOnlyList<int> groups, ControlSettings settings, int averageBeyond, long seed, int chunkSize, CollectionPause pause, CancellationToken cancellation)
    {
        // So many observations are a table of hundreds of megabytes: what is known of a part of them does not lie beside what is free.
        NativeHeap.MapLargeBlocks();
        var screening = Screening.Of(model, all, groups, settings, seed, chunkSize, pause, cancellation);
        // Hundreds of megabytes, which averaging has no use for.
        pause.Renew(givesBack: true);
        NativeHeap.GiveBack();
        return screening.Check.Accepted.Contains(true)
            ? new ScreenedAverages(screening, SuperObservations.Of(all with { Sigma = screening.Sigma }, screening.Check.Accepted, all.H.Apply(model.Prior.RemainderError()), model.Prior.ResidualCorrelation, averageBeyond, pause))
            : throw NoneBelieved(source, all.Places.Length, settings.RejectBeyond);
    }

    /// <summary>An analysis of nothing would be the background, and say so of no observation.</summary>
    public static InvalidInputException NoneBelieved(string source, int observations, double rejectBeyond) => new(FormattableString.Invariant(
        $"{source}: all {observations} observations depart by more than {rejectBeyond} standard deviations from what is predicted of them; check that they are anomalies, in the model's units, and their errors, or give a larger threshold of rejection"))
    {
        Setting = nameof(ControlSettings.RejectBeyond),
    };
}
