namespace VaeDa.Plotting.Figures;

/// <summary>The units that pictures are labelled in: those of the values, but hectopascals for pressures.</summary>
/// <param name="Units">UDUNITS string.</param>
/// <param name="Factor">From the values' units to these.</param>
public readonly record struct ShownUnits(string Units, double Factor)
{
    /// <param name="units">UDUNITS string of the values.</param>
    public static ShownUnits Of(string units) => units switch
    {
        "Pa" or "pascal" or "Pascal" or "pascals" or "Pascals" => new("hPa", 0.01),
        "mb" or "mbar" or "millibar" or "millibars" or "hectopascal" => new("hPa", 1),
        _ => new(units, 1),
    };

    internal float[] Convert(IEnumerable<float> values)
    {
        var factor = Factor;
        return [.. values.Select(value => (float)(value * factor))];
    }
}
