namespace VaeDa.Archives;

/// <summary>What a field of an archive is for.</summary>
public enum SplitPart
{
    /// <summary>None: too near in time to a part that must not learn from it, or of a year that no part names.</summary>
    Gap,

    /// <summary>Models learn from it.</summary>
    Training,

    /// <summary>Training is stopped, and the generator's error measured, by it.</summary>
    Validation,

    /// <summary>Seen by nothing before the final scores.</summary>
    Test,
}
