namespace VaeDa.Fields;

/// <summary>A linear conversion from one unit to another.</summary>
/// <param name="Scale">What a value, or a difference of two, is multiplied by.</param>
/// <param name="Offset">What is then added to a value, and not to a difference.</param>
internal readonly record struct UnitConversion(double Scale, double Offset)
{
    // By quantity; of each unit the scale and offset that turn a value into the first of the quantity, and its spellings: lower case, without
    // blanks, degree signs and underscores.
    private static readonly (double Scale, double Offset, string[] Names)[][] Quantities =
    [
        [
            (1, 0, ["k", "kelvin", "kelvins", "degk", "degreek", "degreesk", "degreekelvin", "degreeskelvin"]),
            (1, 273.15, ["c", "℃", "degc", "celsius", "degreec", "degreesc", "degreecelsius", "degreescelsius", "degcelsius", "centigrade"]),
            (5 / 9.0, 459.67 * 5 / 9, ["f", "degf", "fahrenheit", "degreef", "degreesf", "degreefahrenheit", "degreesfahrenheit"]),
        ],
        [
            (1, 0, ["pa", "pascal", "pascals", "nm-2"]),
            (100, 0, ["hpa", "hectopascal", "hectopascals", "mb", "mbar", "millibar", "millibars"]),
            (1000, 0, ["kpa"]),
            // Conventional millimetre and inch of mercury at 0 °C (BIPM, SI brochure; ISO 80000-4).
            (133.322387415, 0, ["mmhg"]),
            (3386.388640341, 0, ["inhg"]),
        ],
        [
            (1, 0, ["ms-1", "m/s", "ms**-1", "m.s-1", "ms^-1", "meterspersecond", "metrespersecond"]),
            (1 / 3.6, 0, ["kmh-1", "km/h", "kmh", "kph"]),
            (1852 / 3600.0, 0, ["kt", "kts", "knot", "knots", "kn"]),
            (0.44704, 0, ["mph"]),
        ],
        [
            (1, 0, ["m", "metre", "metres", "meter", "meters", "gpm"]),
            (0.001, 0, ["mm", "millimetre", "millimetres", "millimeter", "millimeters"]),
            (0.01, 0, ["cm"]),
            (10, 0, ["dam", "gpdm", "gpdam"]),
            (0.3048, 0, ["ft", "foot", "feet"]),
            (0.0254, 0, ["in", "inch", "inches"]),
        ],
        [(1, 0, ["m2s-2", "m**2s**-2", "m^2s^-2", "m2/s2", "jkg-1", "j/kg"])],
        [(1, 0, ["kgm-2s-1", "kg/m2/s", "kgm**-2s**-1"]), (1 / 86400.0, 0, ["mmday-1", "mm/day", "mmd-1", "mm/d", "kgm-2day-1"])],
        [(1, 0, ["1", "kgkg-1", "kg/kg", "kgkg**-1"]), (0.001, 0, ["gkg-1", "g/kg"]), (0.01, 0, ["%", "percent"])],
        [(1, 0, ["wm-2", "w/m2", "wm**-2"])],
    ];

    /// <returns>Null where a unit is unknown, or the two are of different quantities. Of one unit by two spellings it changes nothing.</returns>
    public static UnitConversion? Between(string from, string to)
    {
        var (source, target) = (Key(from), Key(to));
        if (source == target)
        {
            return new UnitConversion(1, 0);
        }

        foreach (var units in Quantities)
        {
            var (a, b) = (Array.FindIndex(units, u => u.Names.Contains(source)), Array.FindIndex(units, u => u.Names.Contains(target)));
            if (a >= 0 && b >= 0)
            {
                return a == b ? new UnitConversion(1, 0) : new UnitConversion(units[a].Scale / units[b].Scale, (units[a].Offset - units[b].Offset) / units[b].Scale);
            }
        }

        return null;
    }

    public double OfValue(double value) => value * Scale + Offset;

    public double OfDifference(double difference) => difference * Scale;

    // A degree sign that was not UTF-8 is U+FFFD; 'º' is the ordinal that keyboards have in its place.
    private static string Key(string units) => string.Concat(units.Where(c => !char.IsWhiteSpace(c) && c is not ('°' or 'º' or '\uFFFD' or '_'))).ToLowerInvariant();
}
