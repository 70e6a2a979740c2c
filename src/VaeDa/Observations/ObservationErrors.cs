using System.Globalization;
using VaeDa.Fields;

namespace VaeDa.Observations;

/// <summary>The standard deviations of observation errors by variable, for observations that do not say them themselves.</summary>
public static class ObservationErrors
{
    // What a good station is worth, representativeness included, in round figures.
    private static readonly Dictionary<string, double> UsualByUnits = new()
    {
        ["K"] = 0.5,
        ["degC"] = 0.5,
        ["Pa"] = 100,
        ["hPa"] = 1,
        ["m s-1"] = 1,
        ["m s**-1"] = 1,
        ["m"] = 10,
        ["m2 s-2"] = 100,
        ["m**2 s**-2"] = 100,
    };

    /// <summary>The errors of the observed variables: as given by name, else as given for all, else the usual for its units.</summary>
    /// <param name="variables">The variables of the fields.</param>
    /// <param name="observed">The names of the variables that are observed; if empty, all of them are.</param>
    /// <param name="given">The errors that are given, each as <c>0.5</c>, for all variables, or <c>psl=100</c>, for one.</param>
    /// <returns>The standard deviation of the error of each observed variable, by its name, in its units.</returns>
    /// <exception cref="InvalidInputException">A name is unknown, a number malformed, or a variable without a usual error has none given.</exception>
    public static IReadOnlyDictionary<string, double> Resolve(IReadOnlyList<Variable> variables, IReadOnlyCollection<string> observed, IEnumerable<string> given)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(given);
        var byName = new Dictionary<string, double>();
        double? forAll = null;
        foreach (var text in given)
        {
            var parts = text.Split('=');
            if (parts.Length > 2 || !double.TryParse(parts[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(value > 0) || !double.IsFinite(value))
            {
                throw new InvalidInputException($"error '{text}' is neither a number above 0, such as 0.5, nor one for a variable, such as {variables[0].Name}=0.5");
            }

            if (parts.Length == 1)
            {
                forAll = value;
            }
            else
            {
                byName[parts[0]] = value;
            }
        }

        if (byName.Keys.Concat(observed).FirstOrDefault(name => variables.All(v => v.Name != name)) is { } unknown)
        {
            throw new InvalidInputException($"there is no variable '{unknown}'; the variables are {string.Join(", ", variables.Select(v => $"'{v.Name}'"))}");
        }

        return variables.Where(v => observed.Count == 0 || observed.Contains(v.Name)).ToDictionary(v => v.Name, v =>
            byName.TryGetValue(v.Name, out var own) ? own
            : forAll ?? (UsualByUnits.TryGetValue(v.Units, out var usual) ? usual
            : throw new InvalidInputException($"give the error of '{v.Name}', as {v.Name}=0.5: there is no default in '{v.Units}'")));
    }
}
