using System.CommandLine.Parsing;

namespace VaeDa.Cli;

/// <summary>An option's one word as the library reads it; what it refuses is an error of the command line.</summary>
internal static class ParsedText
{
    public static T? Of<T>(ArgumentResult result, string name, Func<string, T> parse)
        where T : class
    {
        try
        {
            return parse(result.Tokens.Single().Value);
        }
        catch (InvalidInputException e)
        {
            result.AddError($"{name}: {e.Message}");
            return null;
        }
    }
}
