namespace VaeDa.Results;

/// <summary>Which fields of an analysis are kept.</summary>
public enum SavedFields
{
    /// <summary>All members, their mean and spread, and the most probable field.</summary>
    Members,

    /// <summary>Mean and spread.</summary>
    Mean,

    /// <summary>None.</summary>
    None,
}
