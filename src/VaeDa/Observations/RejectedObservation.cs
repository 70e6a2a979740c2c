namespace VaeDa.Observations;

/// <summary>An observation that has no equivalent on the grid, and why: it is outside, of an unknown variable, or among missing cells.</summary>
/// <param name="Index">The row of the table (the place of a network), from 0.</param>
/// <param name="Reason">Why there is no equivalent, in words for the user.</param>
public readonly record struct RejectedObservation(int Index, string Reason);
