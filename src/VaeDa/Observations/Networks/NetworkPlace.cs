namespace VaeDa.Observations.Networks;

/// <summary>A place where observations are made.</summary>
/// <param name="Latitude">Degrees north, −90…90.</param>
/// <param name="Longitude">Degrees east, −180…360.</param>
public readonly record struct NetworkPlace(double Latitude, double Longitude)
{
    public string? Station { get; init; }

    /// <summary>The one variable that is observed there; null for any.</summary>
    public string? Variable { get; init; }

    /// <summary>Standard deviation of the errors there, in the variable's units; null where the network does not say.</summary>
    public double? Error { get; init; }
}
