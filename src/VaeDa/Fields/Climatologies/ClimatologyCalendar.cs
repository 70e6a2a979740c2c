namespace VaeDa.Fields.Climatologies;

/// <summary>The steps of the year that a climatology has a mean for.</summary>
public enum ClimatologyCalendar
{
    /// <summary>365 days; 29 February counts as the 28th.</summary>
    Daily,

    /// <summary>12 months.</summary>
    Monthly,
}
