namespace VaeDa.Plotting.Maps;

/// <summary>What became of an observation.</summary>
public enum ObservationFate
{
    /// <summary>It is in the analysis.</summary>
    Used,

    /// <summary>It was kept out, to check the analysis by it.</summary>
    Withheld,

    /// <summary>It was left out: by quality control, or since it could not be used.</summary>
    Rejected,
}
