using System.Text.RegularExpressions;

namespace VaeDa.Fields;

/// <summary>
/// What variables may be called. A name becomes that of variables in netCDF files, with an ending for each kind of field, a part of the
/// names of pictures, and what <c>NAME=VALUE</c> of a command begins with: what cannot be all of these is refused where it is read.
/// </summary>
internal static partial class VariableNames
{
    public const string Mean = "_mean";
    public const string StandardDeviation = "_standard_deviation";
    public const string Spread = "_spread";
    public const string MostProbable = "_analysis";
    public const string Whole = "_whole";
    public const string ClimatologicalStandardDeviation = "_climatological_standard_deviation";

    private const int MostLettersOfUnits = 40;
    private const int MostLettersShown = 40;

    private static readonly string[] Endings = ["", Mean, StandardDeviation, Spread, MostProbable, ClimatologicalStandardDeviation, Whole, Whole + Mean, Whole + MostProbable];
    private static readonly string[] Coordinates = ["time", "latitude", "longitude", "lat", "lon", "y", "x", "member", "fraction", "dayofyear", "month", "bnds", "time_bnds", "lat_bnds", "lon_bnds", "y_bnds", "x_bnds", "climatology_bounds"];

    /// <summary>Checks the names and units of variables that go together.</summary>
    /// <param name="variables">In any order.</param>
    /// <param name="mapping">The name of their grid's mapping, which is a variable of the files too; null for none.</param>
    /// <param name="pathOf">The file that a variable, by its number, comes from.</param>
    /// <exception cref="InvalidInputException">A name or a unit cannot be carried through all files, or two names are one in some file.</exception>
    public static void Check(IReadOnlyList<Variable> variables, string? mapping, Func<int, string> pathOf)
    {
        // Some file systems do not tell upper case from lower.
        var taken = Coordinates.ToDictionary(name => name, name => $"'{name}' is a coordinate of the files that are made", StringComparer.OrdinalIgnoreCase);
        if (mapping is not null)
        {
            CheckName(mapping, pathOf(0));
            Take(mapping, $"'{mapping}' is the grid mapping", pathOf(0), mapping);
        }

        for (var v = 0; v < variables.Count; v++)
        {
            var (name, units) = (variables[v].Name, variables[v].Units);
            CheckName(name, pathOf(v));
            foreach (var ending in Endings)
            {
                Take(name + ending, $"'{name + ending}' is {(ending.Length == 0 ? "another variable" : $"a field of '{name}' in the files that are made")}", pathOf(v), name);
            }

            if (units.Length > MostLettersOfUnits || !units.All(IsPrinted))
            {
                throw new InvalidInputException(
                    $"{pathOf(v)}: the units of '{name}' are '{Shown(units)}'; {MostLettersOfUnits} letters at most, in UTF-8, are needed, as 'ncatted -a units,{name},o,c,K' writes them");
            }
        }

        void Take(string field, string owner, string path, string name)
        {
            if (!taken.TryAdd(field, owner))
            {
                throw new InvalidInputException($"{path}: '{name}' cannot be the name of a variable here: {taken[field]}; {AnotherName(name)}");
            }
        }
    }

    private static void CheckName(string name, string path)
    {
        if (!Sound().IsMatch(name) || FileNames.IsDevice(name) || System.Text.Encoding.UTF8.GetByteCount(name) > FileNames.MostBytes)
        {
            throw new InvalidInputException(
                $"{path}: a variable cannot be called '{Shown(name)}': letters, digits and '_', '-', '.', '+', '@' are needed, a letter, a digit or '_' first, {FileNames.MostBytes} bytes at most, and no name of a device as 'NUL'; {AnotherName("OLD")}");
        }
    }

    private static string AnotherName(string name) => $"'ncrename -v {name},NEW FILE' gives it another";

    private static bool IsPrinted(char c) => !char.IsControl(c) && c is not ('\uFFFD' or '\u2028' or '\u2029');

    private static string Shown(string text) =>
        string.Concat(text.Take(MostLettersShown).Select(c => IsPrinted(c) ? c : '?')) + (text.Length > MostLettersShown ? "…" : "");

    [GeneratedRegex(@"^[\p{L}\p{Nd}_]([\p{L}\p{Mn}\p{Mc}\p{Nd}_.+@-]*[\p{L}\p{Mn}\p{Mc}\p{Nd}_+@-])?\z")]
    private static partial Regex Sound();
}
