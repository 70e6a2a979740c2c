namespace VaeDa.Plotting.Maps;

/// <summary>How a map of an ensemble's mean shows how sure it is.</summary>
public enum Uncertainty
{
    /// <summary>Hatching by the spread as a part of the climatological standard deviation.</summary>
    Relative,

    /// <summary>Hatching where the spread is above an amount.</summary>
    Absolute,

    /// <summary>Colours fade to the grey of missing values as the spread comes to the climatological standard deviation.</summary>
    Fade,

    /// <summary>Not at all.</summary>
    None,
}
