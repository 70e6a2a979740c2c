namespace VaeDa.Observations;

/// <summary>One observation: a row of an <see cref="ObservationTable"/>.</summary>
/// <param name="Latitude">The latitude, in degrees north, −90…90.</param>
/// <param name="Longitude">The longitude, in degrees east, −180…360.</param>
/// <param name="Anomaly">The observed departure from the climatology, in the variable's units; finite.</param>
/// <remarks>Of a row with a <see cref="Flag"/> that is not to be used, numbers may be NaN.</remarks>
public readonly record struct Observation(double Latitude, double Longitude, double Anomaly)
{
    /// <summary>
    /// The standard deviation of the observation's error, what the grid does not resolve included, in the units of the anomaly,
    /// above 0; null where it is not given.
    /// </summary>
    public double? Error { get; init; }

    /// <summary>The name of the variable that is observed; null for the only one of the model.</summary>
    public string? Variable { get; init; }

    /// <summary>The time of the observation, UTC; null where it is not given.</summary>
    public DateTime? Time { get; init; }

    /// <summary>The name of the station, ship or other source of the observation; null where it is not given.</summary>
    public string? Station { get; init; }

    /// <summary>
    /// The words of a row that is kept only to be reported: it holds a code for a missing value, is averaged with an earlier row, cannot be
    /// read, or is withheld (<see cref="ObservationTable.Withhold"/>), for example. Null for a row to be used.
    /// </summary>
    public string? Flag { get; init; }

    /// <summary>
    /// The value as it was measured, in the units of the climatological mean that was subtracted to have the anomaly; null where the
    /// anomaly itself was given.
    /// </summary>
    public double? Value { get; init; }

    /// <summary>The climatological mean at the place and time, which was subtracted from the value; null where none was.</summary>
    public double? Climatology { get; init; }

    /// <summary>What was added to the observation to correct an offset of its station, which the anomaly includes; null where nothing was.</summary>
    public double? Adjustment { get; init; }

    /// <summary>The standard deviation of that correction's error, which comes on top of <see cref="Error"/>; null where nothing was corrected.</summary>
    public double? AdjustmentError { get; init; }

    /// <summary>The file that the observation came from, where its table is of several; else null.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// The line of the CSV file, or the row of the Parquet file or data frame, that the observation came from, counted from 1; 0 if
    /// it came from none.
    /// </summary>
    public int Line { get; init; }
}
