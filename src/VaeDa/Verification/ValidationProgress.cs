namespace VaeDa.Verification;

/// <summary>How far a validation has come, counted in analyses by all methods of one time on one network.</summary>
public readonly record struct ValidationProgress(int Done, int Total, string Network, DateTime Time);
