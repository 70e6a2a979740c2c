using System.CommandLine;
using System.Text.RegularExpressions;
using VaeDa.Archives.Preparation;
using VaeDa.Design;

namespace VaeDa.Cli;

/// <summary>What the user can do about an error of the library's, which knows settings and files, and no options and verbs.</summary>
internal static partial class OptionHint
{
    // Options that are not called as their settings are.
    private static readonly Dictionary<string, string> OwnNames = new()
    {
        [nameof(PreparationOptions.Variables)] = "--variable",
        [nameof(PreparationOptions.AreAnomalies)] = "--anomalies",
        [nameof(DesignOptions.Observed)] = "--variable",
        [nameof(DesignOptions.Criterion)] = "--by",
        [nameof(DesignOptions.Errors)] = "--error",
    };

    /// <returns>A verb that helps, and the option in brackets, to follow the message; empty where there is neither.</returns>
    public static string For(Exception error, ParseResult parsed) => error is InvalidInputException input ? For(input.Remedy) + For(input.Setting, parsed) : string.Empty;

    private static string For(Remedy remedy) => remedy switch
    {
        Remedy.PrepareArchive => "; 'vaeda prepare' makes an archive, with --anomalies of fields that are anomalies already",
        Remedy.TrainModel => "; 'vaeda train' makes one",
        Remedy.TrainConverter => "; 'vaeda convert SOURCE --onto TARGET' makes one",
        Remedy.Convert => "; 'vaeda convert --with' takes a converter",
        _ => string.Empty,
    };

    // Empty where the verb has no such option.
    private static string For(string? setting, ParseResult parsed)
    {
        if (setting is null)
        {
            return string.Empty;
        }

        var name = OwnNames.GetValueOrDefault(setting) ?? $"--{Humps().Replace(setting, "-").ToLowerInvariant()}";
        return parsed.CommandResult.Command.Options.Any(o => o.Name == name) ? $" ({name})" : string.Empty;
    }

    // Between the words of a name such as AverageBeyond.
    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Humps();
}
