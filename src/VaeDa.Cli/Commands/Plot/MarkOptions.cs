using System.CommandLine;
using VaeDa.Plotting.Maps;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>What lies over the fields of an analysis.</summary>
internal sealed class MarkOptions
{
    public readonly Option<ObservationColouring?> Observations = new("--observations")
    {
        Group = OptionGroup.Map,
        Description = "Observations of an analysis: place (black), value (in the map's colours), departure (observation − analysis, in colours of its own), influence (on its own analysed value), gain (by how much the error variance would be larger without it) or none. With a legend, and thinned where they would hide the field. [default: black, all, without a legend]",
        HelpName = "WHAT",
        CompletionSources = { _ => Named.Names<ObservationColouring>().Select(name => new System.CommandLine.Completions.CompletionItem(name)) },
        CustomParser = Named.Parse<ObservationColouring>,
    };

    public readonly Option<Uncertainty?> Uncertainty = new("--uncertainty")
    {
        Group = OptionGroup.Map,
        Description = "How the mean of an ensemble shows its spread: relative (hatching by its part of the climatological standard deviation, from a third), absolute (hatching where it is above --above), fade (to the grey of missing values as nothing is known) or none. [default: relative]",
        HelpName = "HOW",
        CompletionSources = { _ => Named.Names<Uncertainty>().Select(name => new System.CommandLine.Completions.CompletionItem(name)) },
        CustomParser = Named.Parse<Uncertainty>,
    };

    public readonly Option<double?> Above = new("--above")
    {
        Group = OptionGroup.Map,
        Description = "Where hatching begins: with absolute, an amount in the variable's units; with relative, a part such as 0.5. [default: it thickens from a third to the whole]",
        HelpName = "X",
    };

    public IEnumerable<Option> All => [Observations, Uncertainty, Above];
}
