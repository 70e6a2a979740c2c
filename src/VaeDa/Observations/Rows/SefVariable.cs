using VaeDa.Fields;

namespace VaeDa.Observations.Rows;

/// <summary>Which of a model's variables a file of the Station Exchange Format is of, where there can be no doubt.</summary>
internal static class SefVariable
{
    // By the format's code: names of the same quantity in archives, lower case.
    private static readonly Dictionary<string, string[]> SameAs = new()
    {
        ["ta"] = ["ta", "t_air", "t2m", "2t", "tas", "t2", "air_temperature", "air", "tmp2m", "tg", "temp", "temperature", "t"],
        ["Tx"] = ["tx", "tmax", "tasmax", "mx2t", "t2m_max", "tmx"],
        ["Tn"] = ["tn", "tmin", "tasmin", "mn2t", "t2m_min", "tmn"],
        ["mslp"] = ["mslp", "msl", "psl", "slp", "prmsl", "air_pressure_at_sea_level", "air_pressure_at_mean_sea_level", "pmsl"],
        ["p"] = ["p", "sp", "ps", "surface_air_pressure"],
        ["rr"] = ["rr", "tp", "pr", "precip", "precipitation"],
        ["td"] = ["td", "t_dew", "d2m", "2d", "tdps", "dew_point_temperature"],
        ["rh"] = ["rh", "hurs", "relative_humidity"],
        ["w"] = ["w", "sfcwind", "si10", "wind_speed", "ws"],
        ["u"] = ["u", "u10", "10u", "uas", "ua"],
        ["v"] = ["v", "v10", "10v", "vas", "va"],
        ["sd"] = ["sd", "snd", "snow_depth"],
    };

    // What a model is meant to be of if only its units are known. Station pressure is not among them: it hangs on the elevation.
    private static readonly string[] Usual = ["ta", "mslp", "rr", "rh", "w", "sd"];

    /// <param name="code">The header's Vbl.</param>
    /// <param name="statistic">Its Stat: a maximum of ta is Tx.</param>
    /// <param name="units">Its Units.</param>
    /// <param name="variables">Null: any.</param>
    /// <returns>The name among the variables: that of the same quantity, or the only one, if its name does not say that it is another; null if there is none, or several.</returns>
    public static string? Find(string code, string statistic, string units, IReadOnlyList<Variable>? variables)
    {
        var own = (code, statistic.ToLowerInvariant()) switch
        {
            ("ta" or "t_air", "maximum") => "Tx",
            ("ta" or "t_air", "minimum") => "Tn",
            ("t_air", _) => "ta",
            ("t_dew", _) => "td",
            ("rrls", _) => "rr",
            _ => code,
        };
        if (variables is null)
        {
            return own;
        }

        // A spread, or another statistic that is no value of the variable.
        if (statistic.ToLowerInvariant() is "variance" or "standard_deviation" or "range")
        {
            return null;
        }

        var names = SameAs.GetValueOrDefault(own) ?? [own.ToLowerInvariant()];
        var convertible = variables.Where(v => UnitConversion.Between(units, v.Units) is not null).ToList();
        var found = convertible.FindAll(v => Is(v, names));
        // A model of one variable, of a name that says nothing, or not what else it would be.
        found = found.Count == 0 && variables.Count == 1 && Usual.Contains(own) ? convertible.FindAll(v => !SameAs.Values.Any(others => Is(v, others))) : found;
        return found.Count == 1 ? found[0].Name : null;
    }

    private static bool Is(Variable variable, string[] names) =>
        names.Contains(variable.Name.ToLowerInvariant()) || (variable.LongName is { } text && names.Contains(text.Replace(' ', '_').ToLowerInvariant()));
}
