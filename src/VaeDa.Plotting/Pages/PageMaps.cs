namespace VaeDa.Plotting.Pages;

/// <summary>The maps of a page: what they have in common, and the dates of them.</summary>
/// <param name="Grid">The cells.</param>
/// <param name="Variables">V.</param>
/// <param name="Dates">At least one, in the order of time.</param>
/// <param name="Note">What was left out or rounded.</param>
public sealed record PageMaps(PageGrid Grid, IReadOnlyList<PageVariable> Variables, IReadOnlyList<PageDate> Dates, string Note);

/// <summary>The maps of a date.</summary>
/// <param name="Label">The date as people read it.</param>
/// <param name="Time">ISO 8601; null where there is none.</param>
/// <param name="Fields">Of each variable (V).</param>
/// <param name="Observations">The block with what became of the observations.</param>
/// <param name="Note">What there is to say of the date.</param>
public sealed record PageDate(string Label, string? Time, IReadOnlyList<PageFields> Fields, int Observations, string Note);

/// <summary>The fields of a date and variable, each a block.</summary>
/// <param name="Mean">The mean of the members, or the most probable field where there are none.</param>
/// <param name="Spread">Null without an ensemble.</param>
/// <param name="Members">The first of them, as many as the page carries.</param>
/// <param name="MostProbable">Null where it was not kept.</param>
/// <param name="Truth">Null where it is not known.</param>
public sealed record PageFields(int Mean, int? Spread, IReadOnlyList<int> Members, int? MostProbable, int? Truth);
