using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VaeDa.Cli.Help;
using VaeDa.Plotting.Maps;
using VaeDa.Plotting.Projections;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>What of the world maps show, and how they are projected.</summary>
internal sealed class MapOptions
{
    private static readonly IReadOnlyDictionary<string, ProjectionKind> Projections = new Dictionary<string, ProjectionKind>
    {
        ["plate-carree"] = ProjectionKind.PlateCarree,
        ["robinson"] = ProjectionKind.Robinson,
        ["orthographic"] = ProjectionKind.Orthographic,
        ["polar"] = ProjectionKind.PolarStereographic,
        ["lambert"] = ProjectionKind.Lambert,
    };

    public readonly Option<ProjectionKind?> Projection = new("--projection")
    {
        Group = OptionGroup.Map,
        Description = $"Projection of the maps: {string.Join(", ", Projections.Keys)}. polar is stereographic about the region's pole; lambert is conformal and needs a region. [default: the grid's own]",
        HelpName = "NAME",
        CompletionSources = { _ => Projections.Keys.Select(name => new System.CommandLine.Completions.CompletionItem(name)) },
        CustomParser = ProjectionNamed,
    };

    public readonly Option<NamedBox?> Region = new("--region")
    {
        Group = OptionGroup.Map,
        Description = $"Part of the world to draw: {string.Join(", ", NamedRegions.All.Keys)}, or a box in degrees. [default: all]",
        HelpName = "NAME|WEST,EAST,SOUTH,NORTH",
        CompletionSources = { _ => NamedRegions.All.Keys.Select(name => new System.CommandLine.Completions.CompletionItem(name)) },
        CustomParser = Box,
    };

    public readonly Option<Place?> Centre = new("--centre")
    {
        Group = OptionGroup.Map,
        Description = "Place in the middle of the map: the point beneath the eye of an orthographic one, the meridian of the others. [default: the region's middle]",
        HelpName = "LAT,LON",
        CustomParser = PlaceOf,
    };

    public IEnumerable<Option> All => [Projection, Region, Centre];

    public MapView View(ParseResult parsed)
    {
        var region = parsed.GetValue(Region);
        return new MapView
        {
            Projection = parsed.GetValue(Projection),
            Region = region?.Box,
            RegionName = region?.Name,
            Centre = parsed.GetValue(Centre) is { } centre ? (centre.Latitude, centre.Longitude) : null,
        };
    }

    private static ProjectionKind? ProjectionNamed(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Projections.TryGetValue(text, out var kind))
        {
            return kind;
        }

        result.AddError($"--projection is '{text}'{Meant(text, Projections.Keys)}; it must be one of {string.Join(", ", Projections.Keys)}");
        return null;
    }

    private static NamedBox? Box(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (NamedRegions.All.TryGetValue(text, out var named))
        {
            return new NamedBox(text, named);
        }

        if (!text.Contains(',', StringComparison.Ordinal))
        {
            result.AddError($"--region is '{text}'{Meant(text, NamedRegions.All.Keys)}; it must be one of {string.Join(", ", NamedRegions.All.Keys)}, or a box WEST,EAST,SOUTH,NORTH");
            return null;
        }

        var numbers = Numbers(text);
        if (numbers is [var west, var east, >= -90 and var south, <= 90 and var north] && south < north && west != east && Math.Abs(west) <= 360 && Math.Abs(east) <= 720)
        {
            return new NamedBox(null, new MapBox(west, east, south, north));
        }

        result.AddError($"--region is '{text}'; a box is WEST,EAST,SOUTH,NORTH in degrees, such as -15,45,34,72");
        return null;
    }

    private static Place? PlaceOf(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Numbers(text) is [>= -90 and <= 90 and var latitude, >= -360 and <= 360 and var longitude])
        {
            return new Place(latitude, longitude);
        }

        result.AddError($"--centre is '{text}'; it must be LAT,LON in degrees, such as 50,10");
        return null;
    }

    private static double[] Numbers(string text) =>
        Array.ConvertAll(text.Split(','), part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN);

    private static string Meant(string typed, IEnumerable<string> known) => Suggestion.For(typed, known) is { } meant ? $"; did you mean '{meant}'?" : string.Empty;

    /// <param name="Name">Null for a box of numbers.</param>
    /// <param name="Box">What it is of the world.</param>
    internal sealed record NamedBox(string? Name, MapBox Box);

    /// <param name="Latitude">Degrees north.</param>
    /// <param name="Longitude">Degrees east.</param>
    internal sealed record Place(double Latitude, double Longitude);
}
