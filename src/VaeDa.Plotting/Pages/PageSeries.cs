namespace VaeDa.Plotting.Pages;

/// <summary>The means of areas through time, with the band of their members.</summary>
/// <param name="Areas">Their names.</param>
/// <param name="Variables">The variables' names, in the order of the maps' (V).</param>
/// <param name="Blocks">For each variable and area, the block with its times, means and both ends of the band.</param>
/// <param name="Note">What the band is, and what was left out.</param>
public sealed record PageSeries(IReadOnlyList<string> Areas, IReadOnlyList<string> Variables, IReadOnlyList<IReadOnlyList<int>> Blocks, string Note);

/// <summary>One of the series, as a block has it.</summary>
/// <param name="Times">ISO 8601 (T).</param>
/// <param name="Mean">(T)</param>
/// <param name="Low">The lower end of the band (T); empty without an ensemble.</param>
/// <param name="High">The upper end of the band (T); empty without an ensemble.</param>
public sealed record PageSeriesValues(IReadOnlyList<string> Times, IReadOnlyList<double> Mean, IReadOnlyList<double> Low, IReadOnlyList<double> High);
