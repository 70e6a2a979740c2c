namespace VaeDa.CrossValidation;

/// <summary>What an analysis made of an observation that is predicted.</summary>
public enum PointUse
{
    /// <summary>It was used; its prediction is by all others.</summary>
    Used,

    /// <summary>Quality control rejected it, since it is too far from what all others predict.</summary>
    Rejected,

    /// <summary>It was kept from the analysis, to be predicted by all that were used.</summary>
    Withheld,
}
