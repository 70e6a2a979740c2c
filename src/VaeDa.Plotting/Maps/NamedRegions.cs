namespace VaeDa.Plotting.Maps;

/// <summary>Parts of the world that maps are often drawn of, by name.</summary>
public static class NamedRegions
{
    /// <summary>In the order in which they are told.</summary>
    public static IReadOnlyDictionary<string, MapBox> All { get; } = new Dictionary<string, MapBox>
    {
        ["globe"] = new(-180, 180, -90, 90),
        ["north"] = new(-180, 180, 0, 90),
        ["south"] = new(-180, 180, -90, 0),
        ["tropics"] = new(-180, 180, -30, 30),
        ["arctic"] = new(-180, 180, 60, 90),
        ["antarctic"] = new(-180, 180, -90, -60),
        ["africa"] = new(-20, 55, -36, 38),
        ["asia"] = new(45, 150, 5, 75),
        ["australia"] = new(110, 180, -50, -8),
        ["europe"] = new(-15, 45, 34, 72),
        ["mediterranean"] = new(-8, 38, 29, 48),
        ["north-america"] = new(-145, -50, 15, 75),
        ["north-atlantic"] = new(-80, 20, 25, 75),
        ["north-pacific"] = new(120, 250, 15, 65),
        ["south-america"] = new(-85, -32, -56, 14),
        ["tropical-pacific"] = new(120, 290, -30, 30),
    };
}
