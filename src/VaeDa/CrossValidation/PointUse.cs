namespace VaeDa.CrossValidation;

/// <summary>What an analysis made of an observation.</summary>
public enum PointUse
{
    /// <summary>Its prediction is by all others.</summary>
    Used,

    /// <summary>Too far from what all others predict to be used.</summary>
    Rejected,

    /// <summary>Kept from the analysis, to be predicted.</summary>
    Withheld,
}
