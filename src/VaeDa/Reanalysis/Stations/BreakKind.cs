namespace VaeDa.Reanalysis.Stations;

/// <summary>How a part of a station's record departs from what all others predict of it.</summary>
public enum BreakKind
{
    /// <summary>Not at all, as far as can be seen: what the other parts of the station's record are set beside.</summary>
    None,

    /// <summary>By an offset from some date on, or up to one.</summary>
    Jump,

    /// <summary>By an offset that begins and ends, as over a season.</summary>
    Episode,

    /// <summary>By an offset that grows or shrinks.</summary>
    Drift,

    /// <summary>By an offset of the other sign than a larger one nearby, at the same time: that one is in the prediction of this station. It is not corrected.</summary>
    Echo,

    /// <summary>By an offset all along, larger than the scatter of the other stations' explains.</summary>
    Offset,
}
