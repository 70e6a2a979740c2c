namespace VaeDa.Observations;

/// <param name="Index">Row of the table, from 0.</param>
/// <param name="Reason">Why the grid has no equivalent for it, for the user to read.</param>
public readonly record struct RejectedObservation(int Index, string Reason);
