using VaeDa.CrossValidation;

namespace VaeDa.Verification.Stations;

/// <summary>Whose covariances, of which dates, and what was fitted.</summary>
public sealed record FittedParameters(string Method, string Decade, StationParameters Parameters);
