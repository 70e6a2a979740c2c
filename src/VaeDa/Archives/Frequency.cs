namespace VaeDa.Archives;

/// <summary>How often fields come.</summary>
public enum Frequency
{
    /// <summary>At most one a day.</summary>
    Daily,

    /// <summary>At most one a calendar month.</summary>
    Monthly,

    /// <summary>Several a day, as they come.</summary>
    Subdaily,
}
