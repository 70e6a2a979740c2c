namespace VaeDa.Fields.Climatologies;

/// <summary>The steps of the year that a climatology has a mean for.</summary>
public enum ClimatologyCalendar
{
    /// <summary>There is a mean for each of 365 days; 29 February counts as the 28th.</summary>
    Daily,

    /// <summary>There is a mean for each of the 12 months.</summary>
    Monthly,
}
