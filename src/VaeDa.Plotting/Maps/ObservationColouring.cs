namespace VaeDa.Plotting.Maps;

/// <summary>What the colour of an observation's dot tells.</summary>
public enum ObservationColouring
{
    /// <summary>Nothing: dots are black.</summary>
    Place,

    /// <summary>Its value, in the colours of the map.</summary>
    Value,

    /// <summary>Its departure, observation − analysis, in a scale of its own.</summary>
    Departure,

    /// <summary>Its influence on its own analysed value, from 0 to 1, in a scale of its own.</summary>
    Influence,

    /// <summary>By how much the variance of the analysis's error would be larger without it, in a scale of its own.</summary>
    Gain,

    /// <summary>Observations are not drawn.</summary>
    None,
}
