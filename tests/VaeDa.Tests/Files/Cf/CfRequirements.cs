using System.Text.RegularExpressions;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Files.Cf;

/// <summary>
/// The requirements of the CF conventions, version 1.11, section by section, as far as the kinds of files go that are written here. The
/// conventions' own checker needs the network for its tables; what of these can come up is listed here.
/// </summary>
internal sealed partial class CfRequirements
{
    /// <summary>CF standard name table, version 85, with canonical units.</summary>
    private static readonly Dictionary<string, string> StandardNames = new()
    {
        ["air_temperature"] = "K",
        ["air_temperature_anomaly"] = "K",
        ["air_pressure_at_mean_sea_level"] = "Pa",
        ["eastward_wind"] = "m s-1",
        ["latitude"] = "degrees_north",
        ["longitude"] = "degrees_east",
        ["projection_x_coordinate"] = "m",
        ["projection_y_coordinate"] = "m",
        ["grid_latitude"] = "degrees",
        ["grid_longitude"] = "degrees",
        ["realization"] = "1",
        ["time"] = "s since 1958-1-1",
    };

    // Appendix C.
    private static readonly string[] Modifiers = ["detection_minimum", "number_of_observations", "standard_error", "status_flag"];

    // Appendix E.
    private static readonly string[] Methods = ["point", "sum", "maximum", "maximum_absolute_value", "median", "mid_range", "minimum", "minimum_absolute_value", "mean", "mean_absolute_value", "mean_of_upper_decile", "mode", "range", "root_mean_square", "standard_deviation", "sum_of_squares", "variance"];

    // Appendix F, those of the tests.
    private static readonly string[] Mappings = ["transverse_mercator", "polar_stereographic", "rotated_latitude_longitude", "lambert_conformal_conic"];

    // UDUNITS-2, of its base and derived units those of the tests.
    private static readonly string[] Units = ["K", "Pa", "m", "s", "kg", "degC", "degrees", "degrees_north", "degrees_east"];

    private readonly NetcdfDataset _file;
    private readonly List<string> _violations = [];
    private readonly HashSet<string> _bounds;
    private readonly HashSet<string> _mappings;

    private CfRequirements(NetcdfDataset file)
    {
        _file = file;
        _bounds = [.. file.Variables.SelectMany(v => new[] { v.Attributes.Text("bounds"), v.Attributes.Text("climatology") }).OfType<string>()];
        _mappings = [.. file.Variables.Select(v => v.Attributes.Text("grid_mapping")).OfType<string>()];
    }

    /// <returns>A line for each violation, with the section of the conventions.</returns>
    public static IReadOnlyList<string> Violations(string path)
    {
        using var file = NetcdfDataset.Open(path);
        var requirements = new CfRequirements(file);
        requirements.OfFile();
        foreach (var variable in file.Variables)
        {
            requirements.OfVariable(variable);
        }

        return requirements._violations;
    }

    private void OfFile()
    {
        Require(_file.Path.EndsWith(".nc", StringComparison.Ordinal), "2.1", "the file's name does not end in .nc");
        string[] names = [.. _file.Variables.Select(v => v.Name), .. _file.Dimensions.Select(d => d.Name), .. _file.Variables.SelectMany(v => v.Attributes).Concat(_file.Attributes).Select(a => a.Key).Where(a => a != "_FillValue")];
        foreach (var name in names.Where(name => !Name().IsMatch(name)))
        {
            Require(false, "2.3", $"the name '{name}'");
        }

        Require(_file.Variables.DistinctBy(v => v.Name.ToLowerInvariant()).Count() == _file.Variables.Count, "2.3", "two names differ only by case");
        Require(_file.Attributes.Text("Conventions") == "CF-1.11", "2.6.1", "Conventions");
        foreach (var attribute in (string[])["title", "source", "history"])
        {
            Require(_file.Attributes.Text(attribute) is { Length: > 0 }, "2.6.2", $"no {attribute}");
        }
    }

    private void OfVariable(NetcdfVariable variable)
    {
        var (attributes, dimensions) = (variable.Attributes, variable.Dimensions.Select(d => d.Name).ToList());
        var isCoordinate = dimensions.Contains(variable.Name);
        var isBounds = _bounds.Contains(variable.Name);
        Require(dimensions.Distinct().Count() == dimensions.Count, "2.4", variable, "has a dimension twice");
        OfMissing(variable, isCoordinate || isBounds);
        if (isBounds || _mappings.Contains(variable.Name))
        {
            Require(!isBounds || !attributes.Any(), "7.1", variable, "has attributes, though it is a boundary variable");
            Require(isBounds || Mappings.Contains(attributes.Text("grid_mapping_name")), "5.6", variable, "has no grid_mapping_name of Appendix F");
            return;
        }

        Require(attributes.Text("long_name") is { Length: > 0 } || attributes.Text("standard_name") is not null, "3", variable, "has neither long_name nor standard_name");
        OfUnits(variable);
        if (attributes.Text("axis") is { } axis)
        {
            Require(isCoordinate && axis is "X" or "Y" or "Z" or "T", "4", variable, $"has the axis {axis}");
        }

        if (isCoordinate)
        {
            OfCoordinate(variable);
        }
        else if (dimensions.Count > 0 && attributes.Text("standard_name") is not ("latitude" or "longitude"))
        {
            OfData(variable, dimensions);
        }
    }

    private void OfMissing(NetcdfVariable variable, bool isCoordinate)
    {
        var attributes = variable.Attributes;
        if (attributes.Contains("_FillValue"))
        {
            Require(!isCoordinate, "5", variable, "is a coordinate with a _FillValue");
            Require(TypeOf(attributes["_FillValue"]) == variable.Type, "2.5.1", variable, "has a _FillValue of another type");
        }

        if (attributes.Contains("scale_factor") || attributes.Contains("add_offset"))
        {
            Require(attributes.Contains("scale_factor") && attributes.Contains("add_offset") && TypeOf(attributes["scale_factor"]) == TypeOf(attributes["add_offset"]) && variable.Type is NetcdfType.Int8 or NetcdfType.Int16, "8.1", variable, "is not packed as is allowed");
        }
    }

    private void OfUnits(NetcdfVariable variable)
    {
        var attributes = variable.Attributes;
        var units = attributes.Text("units");
        Require(units is not null, "3.1", variable, "has no units");
        Require(units is null or "1" || units.Contains(" since ", StringComparison.Ordinal) || units.Split(' ').All(part => Factor().Match(part) is { Success: true } factor && Units.Contains(factor.Groups["unit"].Value)), "3.1", variable, $"is in '{units}', which UDUNITS does not know");
        var isTemperature = units is "K" or "degC";
        Require(isTemperature ? attributes.Text("units_metadata") is "temperature: on_scale" or "temperature: difference" : !attributes.Contains("units_metadata"), "3.1.2", variable, "has units_metadata that do not go with its units");
        Require(!isTemperature || attributes.Text("cell_methods")?.Contains("standard_deviation", StringComparison.Ordinal) != true || attributes.Text("units_metadata") == "temperature: difference", "3.1.2", variable, "is a standard deviation, and a temperature on scale");
        if (attributes.Text("standard_name")?.Split(' ') is [var name, .. var modifiers])
        {
            Require(StandardNames.TryGetValue(name, out var canonical) && (canonical == units || canonical.Contains(" since ", StringComparison.Ordinal) || (canonical, units) == ("K", "degC")), "3.3", variable, $"has the standard name {name} in {units}");
            Require(modifiers.All(m => Modifiers.Contains(m)), "3.3", variable, "has a modifier that is none");
        }
    }

    private void OfCoordinate(NetcdfVariable variable)
    {
        var (attributes, values) = (variable.Attributes, _file.ReadAll(variable));
        Require(variable.Dimensions.Count == 1 && values.All(double.IsFinite) && values.Zip(values.Skip(1)).Select(p => Math.Sign(p.Second - p.First)).Distinct().ToList() is [] or [1] or [-1], "5", variable, "is not strictly monotonic");
        var isTime = variable.Name == "time";
        if (isTime)
        {
            Require(TimeUnits().IsMatch(attributes.Text("units") ?? ""), "4.4", variable, "has no reference time");
            Require(attributes.Text("calendar") is "standard" or "proleptic_gregorian", "4.4.1", variable, "has no calendar");
            Require(variable.Dimensions[0].IsUnlimited, "2.4", variable, "is not unlimited, so that files of several times cannot be joined");
        }

        Require(attributes.Contains("axis") || variable.Name is not ("latitude" or "longitude" or "x" or "y" or "time"), "5", variable, "has no axis");
        Require(!attributes.Contains("climatology") || (isTime && !attributes.Contains("bounds")), "7.4", variable, "has a climatology, or bounds beside it");
        if ((attributes.Text("bounds") ?? attributes.Text("climatology")) is not { } name)
        {
            return;
        }

        var bounds = _file.Find(name);
        Require(bounds is not null && bounds.Dimensions.Count == 2 && bounds.Dimensions[0].Name == variable.Name && bounds.Dimensions[1].Length == 2, "7.1", variable, $"has bounds '{name}' that are not there, or not of shape (n, 2)");
        var edges = bounds is null ? [] : _file.ReadAll(bounds);
        if (edges.Length == 2 * values.Length)
        {
            var ascends = isTime || values[^1] > values[0];
            Require(values.Select((value, i) => ascends ? edges[2 * i] <= value && value <= edges[2 * i + 1] : edges[2 * i] >= value && value >= edges[2 * i + 1]).All(t => t), "7.1", variable, "is not within its bounds, or they are not in its order");
            Require(isTime || Enumerable.Range(1, values.Length - 1).All(i => edges[2 * i] == edges[2 * i - 1]), "7.1", variable, "has bounds that neighbours do not share");
        }
    }

    private void OfData(NetcdfVariable variable, List<string> dimensions)
    {
        var attributes = variable.Attributes;
        Require(dimensions.OrderBy(d => d switch { "time" => 0, "y" or "latitude" => 2, "x" or "longitude" => 3, _ => 1 }).SequenceEqual(dimensions), "2.4", variable, "has dimensions in another order than T, others, Y, X");
        foreach (var dimension in dimensions)
        {
            Require(_file.Find(dimension) is { Dimensions.Count: 1 }, "5", variable, $"has a dimension '{dimension}' without a coordinate");
        }

        foreach (var name in Names("coordinates"))
        {
            Require(_file.Find(name) is { } there && there.Dimensions.All(d => dimensions.Contains(d.Name)), "5", variable, $"has coordinates '{name}' that are not there, or of other dimensions");
        }

        Require(dimensions.Contains("latitude") || (Names("coordinates").Contains("latitude") && Names("coordinates").Contains("longitude")), "5.2", variable, "has no latitudes and longitudes");
        foreach (var name in Names("ancillary_variables"))
        {
            Require(_file.Find(name) is not null, "3.4", variable, $"has an ancillary variable '{name}' that is not there");
        }

        Require(attributes.Text("grid_mapping") is not { } mapping || _file.Find(mapping) is not null, "5.6", variable, "has a grid mapping that is not there");
        OfMethods(variable, dimensions);

        string[] Names(string attribute) => attributes.Text(attribute)?.Split(' ') ?? [];
    }

    private void OfMethods(NetcdfVariable variable, List<string> dimensions)
    {
        var text = variable.Attributes.Text("cell_methods");
        var isClimatology = dimensions.Contains("time") && _file.Find("time")!.Attributes.Contains("climatology");
        Require(!isClimatology || (text is not null && OverYears().IsMatch(text)), "7.4", variable, $"has cell_methods '{text}' along a climatological time");
        if (text is null)
        {
            return;
        }

        Require(CellMethods().IsMatch(text), "7.3", variable, $"has cell_methods '{text}'");
        foreach (Match entry in Entry().Matches(text))
        {
            Require(Methods.Contains(entry.Groups["method"].Value), "7.3", variable, $"has a method '{entry.Groups["method"].Value}'");
            foreach (var name in entry.Groups["names"].Value.Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                var isOwn = dimensions.Contains(name);
                Require(isOwn || name == "area" || (StandardNames.ContainsKey(name) && _file.Dimensions.All(d => d.Name != name)), "7.3.4", variable, $"has a method over '{name}', which is neither its dimension nor a standard name that is no dimension of the file");
                Require(!isOwn || entry.Groups["method"].Value == "point" || _file.Find(name)!.Attributes.Contains("bounds") || _file.Find(name)!.Attributes.Contains("climatology"), "7.3", variable, $"has a method over {name}, which has no bounds");
            }
        }
    }

    private static NetcdfType? TypeOf(object attribute) => attribute switch
    {
        short or short[] => NetcdfType.Int16,
        float or float[] => NetcdfType.Float32,
        double or double[] => NetcdfType.Float64,
        int or int[] => NetcdfType.Int32,
        _ => null,
    };

    private void Require(bool holds, string section, NetcdfVariable variable, string what) => Require(holds, section, $"'{variable.Name}' {what}");

    private void Require(bool holds, string section, string what)
    {
        if (!holds)
        {
            _violations.Add($"{section}: {what}");
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$")]
    private static partial Regex Name();

    [GeneratedRegex("^(?<unit>[A-Za-z_]+?)(-?[1-9])?$")]
    private static partial Regex Factor();

    [GeneratedRegex(@"^(days|hours|minutes|seconds) since \d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$")]
    private static partial Regex TimeUnits();

    private const string EntryPattern = @"(?<names>(\w+: )+)(?<method>\w+)( where \w+( over \w+)?)?( (within|over) (days|years))?( \((interval: [0-9.]+ \w+( comment: [^()]+)?|[^():]+)\))?";

    [GeneratedRegex(EntryPattern, RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();

    [GeneratedRegex($"^{EntryPattern}( {EntryPattern})*$", RegexOptions.ExplicitCapture)]
    private static partial Regex CellMethods();

    [GeneratedRegex(@"time: \w+ within years time: \w+ over years( \([^()]*\))?$")]
    private static partial Regex OverYears();
}
