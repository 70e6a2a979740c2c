namespace VaeDa.Observations.Networks;

/// <summary>A place where observations are made.</summary>
/// <param name="Latitude">The latitude, in degrees north, −90…90.</param>
/// <param name="Longitude">The longitude, in degrees east, −180…360.</param>
public readonly record struct NetworkPlace(double Latitude, double Longitude)
{
    /// <summary>The name of the station; null where it has none.</summary>
    public string? Station { get; init; }

    /// <summary>The name of the one variable that is observed there; null for any.</summary>
    public string? Variable { get; init; }

    /// <summary>
    /// The standard deviation of the observation errors there, in the units of the variable, above 0; null where the network does
    /// not say.
    /// </summary>
    public double? Error { get; init; }

    /// <summary>What it costs to observe there, above 0, in any unit; null where the network does not say.</summary>
    public double? Cost { get; init; }
}
