using VaeDa.Files.Netcdf;

namespace VaeDa.Tests;

/// <summary>A file of fields on a small grid with a time coordinate, bounds and levels of any kind.</summary>
internal sealed record StampedFile
{
    public const int Cells = 6;

    /// <summary>As they are stored (T); NaN is stored as the fill value.</summary>
    public required double[] Times { get; init; }

    public string Units { get; init; } = "days since 2000-01-01";

    public string? Calendar { get; init; }

    public NetcdfType TimeType { get; init; } = NetcdfType.Float64;

    /// <summary>Of the time coordinate, beside units and calendar.</summary>
    public IReadOnlyDictionary<string, string> TimeAttributes { get; init; } = new Dictionary<string, string>();

    /// <summary>As they are stored; null for none.</summary>
    public (double From, double To)[]? Bounds { get; init; }

    public string BoundsName { get; init; } = "time_bnds";

    public string? BoundsUnits { get; init; }

    public string Variable { get; init; } = "t";

    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>Name, units and values of a further dimension, between time and latitude; null for none.</summary>
    public (string Name, string Units, double[] Values)? Level { get; init; }

    /// <summary>By number of the time, number of the level and number of the cell.</summary>
    public Func<int, int, int, float> Value { get; init; } = (t, level, cell) => 100 * level + t + cell / 10f;

    public string Write(string path)
    {
        using var file = new ClassicNetcdfWriter(path);
        var time = file.AddDimension("time", Times.Length);
        var attributes = new NetcdfAttributes { ["units"] = Units, ["_FillValue"] = TimeType == NetcdfType.Float32 ? -9e9f : -9e9 };
        foreach (var (name, text) in TimeAttributes)
        {
            attributes[name] = text;
        }

        if (Calendar is not null)
        {
            attributes["calendar"] = Calendar;
        }

        var times = file.AddVariable("time", TimeType, [time], attributes);
        var bounds = Bounds is null ? null : file.AddVariable(
            BoundsName, NetcdfType.Float64, [time, file.AddDimension("bnds", 2)], BoundsUnits is null ? new NetcdfAttributes { ["_FillValue"] = -9e9 } : new NetcdfAttributes { ["_FillValue"] = -9e9, ["units"] = BoundsUnits });
        var lat = file.AddCoordinate("lat", [30, -30], new NetcdfAttributes { ["units"] = "degrees_north" });
        var lon = file.AddCoordinate("lon", [0, 120, 240], new NetcdfAttributes { ["units"] = "degrees_east" });
        var level = Level is { } axis ? file.AddCoordinate(axis.Name, axis.Values, new NetcdfAttributes { ["units"] = axis.Units }) : null;
        var own = new NetcdfAttributes { ["units"] = "K", ["long_name"] = "temperature", ["_FillValue"] = 1e20f };
        foreach (var (name, value) in Attributes)
        {
            own[name] = value;
        }

        var field = file.AddVariable(Variable, NetcdfType.Float32, level is null ? [time, lat, lon] : [time, level, lat, lon], own);
        file.Write<double>(times, Times);
        if (bounds is not null)
        {
            file.Write<double>(bounds, [.. Bounds!.SelectMany(b => (double[])[b.From, b.To])]);
        }

        var levels = Level?.Values.Length ?? 1;
        file.Write<float>(field, [.. from t in Enumerable.Range(0, Times.Length) from l in Enumerable.Range(0, levels) from c in Enumerable.Range(0, Cells) select Value(t, l, c)]);
        file.Complete();
        return path;
    }
}
