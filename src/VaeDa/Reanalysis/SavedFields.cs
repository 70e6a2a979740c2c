namespace VaeDa.Reanalysis;

/// <summary>Which fields of each date are kept.</summary>
public enum SavedFields
{
    /// <summary>All members, their mean and spread, and the most probable field.</summary>
    Members,

    /// <summary>Mean and spread.</summary>
    Mean,

    /// <summary>None: only the table of dates, the series and the observations.</summary>
    None,
}
