using System.CommandLine.Parsing;
using VaeDa.Cli.Help;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>Options that take one of some names.</summary>
internal static class Named
{
    public static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());

    /// <summary>The value of a name; null, with an error that says what was meant, for another word.</summary>
    public static T? Parse<T>(ArgumentResult result)
        where T : struct, Enum
    {
        var text = result.Tokens.Single().Value;
        if (Names<T>().Contains(text))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }

        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError($"{option} is '{text}'{(Suggestion.For(text, Names<T>()) is { } meant ? $"; did you mean '{meant}'?" : string.Empty)}; it must be one of {string.Join(", ", Names<T>())}");
        return null;
    }
}
