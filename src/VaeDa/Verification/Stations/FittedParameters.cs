using VaeDa.CrossValidation;

namespace VaeDa.Verification.Stations;

/// <summary>The covariances that were fitted for one method to the stations of some dates.</summary>
/// <param name="Method">The name of the method.</param>
/// <param name="Decade">
/// The decade of the dates, for example <c>1910s</c>; <c>all</c> for all dates, <c>no time</c> for those without a time.
/// </param>
/// <param name="Parameters">The fitted parameters.</param>
public sealed record FittedParameters(string Method, string Decade, StationParameters Parameters);
