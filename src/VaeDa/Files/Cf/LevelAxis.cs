using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>A dimension of a variable beside time and place that has more than one value: levels, members of an ensemble, and others.</summary>
/// <param name="Dimension">Its number in the variable.</param>
/// <param name="Coordinate">Its coordinate variable; null for none.</param>
/// <param name="Length">How many values.</param>
/// <param name="Name">Of the dimension.</param>
internal sealed record LevelAxis(int Dimension, NetcdfVariable? Coordinate, long Length, string Name)
{
    private const int MostInMessage = 12;

    /// <summary>Whether its values are levels: by CF's attributes, or by the names that are in use without them.</summary>
    public bool IsVertical => Coordinate is { Type: not (NetcdfType.Char or NetcdfType.Unsupported) } coordinate
        && (coordinate.Attributes.Text("axis") is "Z" or "z" || coordinate.Attributes.Contains("positive")
            || coordinate.Attributes.Text("standard_name") is "air_pressure" or "height" or "altitude" or "depth" or "model_level_number"
            || LevelChoice.UnitsForPeople(Units) == "hPa"
            || new[] { "lev", "plev", "pres", "isobaric", "height", "altitude", "depth", "sigma", "hybrid" }.Any(name => Name.Contains(name, StringComparison.OrdinalIgnoreCase)));

    private string Units => Coordinate?.Attributes.Text("units")?.Trim('\0', ' ') ?? "";

    /// <param name="file">Open.</param>
    /// <param name="variable">That is on this dimension, for the message.</param>
    /// <param name="wanted">Null where none was named.</param>
    /// <exception cref="InvalidInputException">None is named, there is no such level, or this is no dimension of levels.</exception>
    public ChosenLevel Choose(NetcdfDataset file, NetcdfVariable variable, LevelChoice? wanted)
    {
        if (IsEnsemble)
        {
            throw new InvalidInputException($"variable '{variable.FullName}' has {Length} members of an ensemble ('{Name}'), and an archive has one field at a time; take one first, as with 'ncks -d {Name},0'");
        }

        if (!IsVertical)
        {
            throw new InvalidInputException($"variable '{variable.FullName}' has {Length} values along '{Name}', which is neither time nor place nor a level that is known; take one first, as with 'ncks -d {Name},0'");
        }

        var levels = file.ReadAll(Coordinate!);
        if (wanted is null)
        {
            var first = FormattableString.Invariant($"{(float)LevelChoice.ForPeople(levels[0], Units)}{(LevelChoice.UnitsForPeople(Units) == "hPa" ? "hPa" : "")}");
            throw new InvalidInputException($"variable '{variable.FullName}' has {Length} levels, {Listing(levels)}; choose one, or '{variable.FullName}@{first}' as the variable") { Setting = "Level" };
        }

        return wanted.In(levels, Units) is { } index
            ? new ChosenLevel(Dimension, index, LevelChoice.ForPeople(levels[index], Units), LevelChoice.UnitsForPeople(Units))
            : throw new InvalidInputException($"variable '{variable.FullName}' has no level {wanted.Text}; there are {Listing(levels)}") { Setting = "Level" };
    }

    private bool IsEnsemble => Name.ToLowerInvariant() is "number" or "member" or "members" or "realization" or "realisation" or "ensemble" or "ens" or "ensemble_member" or "mem"
        || Coordinate?.Attributes.Text("standard_name") == "realization";

    private string Listing(double[] levels) =>
        string.Join(", ", levels.Take(MostInMessage).Select(level => FormattableString.Invariant($"{(float)level}"))) + (levels.Length > MostInMessage ? ", …" : "") + (Units.Length > 0 ? $" {Units}" : "");
}

/// <summary>The one level of a variable that is read.</summary>
/// <param name="Dimension">Number of the dimension of levels in the variable.</param>
/// <param name="Index">Number of the level in that dimension.</param>
/// <param name="Level">The level as people name it.</param>
/// <param name="Units">Of <paramref name="Level"/>; empty for none.</param>
internal sealed record ChosenLevel(int Dimension, int Index, double Level, string Units);
