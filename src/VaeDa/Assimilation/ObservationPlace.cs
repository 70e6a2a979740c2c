using VaeDa.Fields;

namespace VaeDa.Assimilation;

/// <summary>Where an observation was made, and of which variable.</summary>
public readonly record struct ObservationPlace(EarthPoint Point, int Variable);
