namespace VaeDa.Reanalysis.Dates;

/// <summary>What the dates of a reanalysis know of each other.</summary>
public enum MemoryUse
{
    /// <summary>All observations speak of all dates, as far as the model remembers; where it remembers nothing, each date is analysed by itself.</summary>
    Smoother,

    /// <summary>The same of the observations of each date and of those before it: none of what comes after is known.</summary>
    Filter,

    /// <summary>Each date is analysed by itself.</summary>
    None,
}
