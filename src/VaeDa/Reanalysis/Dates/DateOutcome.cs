using VaeDa.Assimilation;

namespace VaeDa.Reanalysis.Dates;

/// <summary>What became of one date.</summary>
/// <param name="Time">The time of its analysis, UTC.</param>
/// <param name="Analysis">Null where there is none.</param>
/// <param name="Failure">Why there is no analysis that counts; null where all went well.</param>
internal sealed record DateOutcome(DateTime Time, Analysis? Analysis, string? Failure);
