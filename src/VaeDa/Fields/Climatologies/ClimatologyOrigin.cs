namespace VaeDa.Fields.Climatologies;

/// <summary>Where the mean of a climatology comes from.</summary>
public enum ClimatologyOrigin
{
    /// <summary>Mean and standard deviation are those of this archive's own source fields.</summary>
    Computed,

    /// <summary>The source fields were anomalies already: only their standard deviation was computed, and there is no mean.</summary>
    ReadyMade,
}
