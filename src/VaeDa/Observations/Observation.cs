namespace VaeDa.Observations;

/// <summary>One observation: a row of an <see cref="ObservationTable"/>.</summary>
/// <param name="Latitude">Degrees north, −90…90.</param>
/// <param name="Longitude">Degrees east, −180…360.</param>
/// <param name="Anomaly">Departure from the climatology, in the variable's units; finite.</param>
public readonly record struct Observation(double Latitude, double Longitude, double Anomaly)
{
    /// <summary>Standard deviation of the observation's error, in the units of the anomaly, above 0; null where not given.</summary>
    public double? Error { get; init; }

    /// <summary>Which variable is observed; null for the only one.</summary>
    public string? Variable { get; init; }

    /// <summary>UTC.</summary>
    public DateTime? Time { get; init; }

    public string? Station { get; init; }

    /// <summary>Line of the CSV or row of the Parquet file or data frame that it came from, from 1; 0 if from none.</summary>
    public int Line { get; init; }
}
