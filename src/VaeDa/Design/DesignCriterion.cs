namespace VaeDa.Design;

/// <summary>What makes one place better than another.</summary>
public enum DesignCriterion
{
    /// <summary>The variance of the analysis's error, in the mean over the area: the lower, the better.</summary>
    Variance,

    /// <summary>What the observation tells of the fields as a whole (entropy), whatever it is about.</summary>
    Entropy,
}
