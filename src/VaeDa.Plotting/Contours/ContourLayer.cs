namespace VaeDa.Plotting.Contours;

/// <summary>The contours of one field over a map.</summary>
/// <param name="Values">(H × W), in the map's units; NaN where missing.</param>
/// <param name="Role">How they are drawn.</param>
/// <param name="IsLettered">Whether the lines bear their values, and highs and lows are marked.</param>
public sealed record ContourLayer(IReadOnlyList<float> Values, ContourRole Role, bool IsLettered = false);
