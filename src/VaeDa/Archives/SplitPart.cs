namespace VaeDa.Archives;

/// <summary>The part of an archive that a field belongs to: what it is for.</summary>
public enum SplitPart
{
    /// <summary>The field is for nothing: it is so near in time to a held-out field that it would give that one away, or of a year that no part names.</summary>
    Gap,

    /// <summary>Models learn from the field.</summary>
    Training,

    /// <summary>The field decides when training stops, and is used to measure the error of the generator.</summary>
    Validation,

    /// <summary>The field is for the final scores; nothing sees it before.</summary>
    Test,
}
