namespace VaeDa.Verification;

/// <summary>How far a validation has come, counted in analyses by all methods of one time on one network.</summary>
/// <param name="Done">The number of such analyses that are done.</param>
/// <param name="Total">The number of them in all.</param>
/// <param name="Network">The name of the network that was analysed last.</param>
/// <param name="Time">The time that was analysed last, UTC.</param>
public readonly record struct ValidationProgress(int Done, int Total, string Network, DateTime Time);
