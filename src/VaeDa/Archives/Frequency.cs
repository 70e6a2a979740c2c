namespace VaeDa.Archives;

/// <summary>How often the fields of an archive come.</summary>
public enum Frequency
{
    /// <summary>There is at most one field a day.</summary>
    Daily,

    /// <summary>There is at most one field a calendar month.</summary>
    Monthly,

    /// <summary>There are several fields a day, at whatever hours they come.</summary>
    Subdaily,
}
