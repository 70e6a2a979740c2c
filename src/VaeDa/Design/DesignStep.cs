using VaeDa.Observations.Networks;

namespace VaeDa.Design;

/// <summary>A station that a design adds or removes.</summary>
/// <param name="Place">The station, with its error.</param>
/// <param name="Spread">
/// The expected error of an analysis after this step, the root of its mean variance over area and times, in the units of the variable that counts.
/// </param>
/// <param name="Information">What its observation tells of the fields that the others do not, in nats, in the mean over the times.</param>
public sealed record DesignStep(NetworkPlace Place, double Spread, double Information);
