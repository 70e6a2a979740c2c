using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VaeDa.Cli.Commands.Report;

internal sealed class ReportCommand : Verb
{
    public readonly Argument<string> Input = new("folder")
    {
        Description = "An analysis, a reanalysis, a validation, or a model file of a training.",
        DefaultValueFactory = _ => "mid.analysis",
    };

    public readonly Option<string?> Truth = new("--truth")
    {
        Group = OptionGroup.Input,
        IsPath = true,
        CompletionSources = { _ => BundledFiles.Archives() },
        Description = "Archive (or the name of a bundled one) with the true fields of an analysis or a reanalysis, shown and scored against.",
        HelpName = "ARCHIVE",
    };

    public readonly Option<string?> From = new("--from")
    {
        Group = OptionGroup.Dates,
        Description = "First date of a reanalysis (1916-01-01, 1916-01 or 1916). [default: its first]",
        HelpName = "TIME",
    };

    public readonly Option<string?> To = new("--to")
    {
        Group = OptionGroup.Dates,
        Description = "Last date of a reanalysis, included. [default: its last]",
        HelpName = "TIME",
    };

    public readonly Option<int> Dates = new("--dates")
    {
        Group = OptionGroup.Dates,
        Description = "Number of a reanalysis's dates that have maps, at most; of more every second, third, … has. Series are of all.",
        HelpName = "N",
        DefaultValueFactory = _ => 60,
    };

    public readonly Option<double?> Size = new("--size")
    {
        Group = OptionGroup.Output,
        Description = "Size of the file in MB, at most. Of what is too large for it members are left out first, then dates, then rows and columns. [default: 3, of a reanalysis 10]",
        HelpName = "MB",
    };

    public readonly Option<string?> Out = new("--out", "-o")
    {
        Group = OptionGroup.Output,
        IsPath = true,
        Description = "Where the report goes, ending in .html. [default: report.html in the folder, NAME.report.html beside a model]",
        HelpName = "FILE",
    };

    public readonly Option<bool> Json = new("--json")
    {
        Group = OptionGroup.Output,
        Description = "Print the file's name, its size and what was left out as JSON.",
    };

    public override string Summary => "Make a page for the browser of a result, in one file.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda report mid.analysis",
        "vaeda report mid.analysis --truth sample",
        "vaeda report 1916 --from 1916-03 --to 1916-05",
        "vaeda report validation --out scores.html",
        "vaeda report t2m.safetensors",
    ];

    public ReportCommand()
        : base("report", "Make a page for the browser of an analysis, a reanalysis, a validation or a training: one file, which asks nothing of any network. Maps, series, observations, scores, and how all was made.")
    {
        Arguments.Add(Input);
        foreach (var option in (Option[])[Truth, From, To, Dates, Size, Out, Json])
        {
            Options.Add(option);
        }

        Dates.Validators.Add(result => RequireWithin(result, Dates.Name, 1, 2000));
        Size.Validators.Add(result => RequireWithin(result, Size.Name, 1, double.PositiveInfinity));
        SetAction((parsed, cancellation) => Task.FromResult(new ReportRun(this, parsed).Execute(cancellation)));
    }

    private static void RequireWithin(OptionResult result, string name, double least, double most)
    {
        if (double.TryParse(result.Tokens.FirstOrDefault()?.Value, CultureInfo.InvariantCulture, out var value) && !(value >= least && value <= most))
        {
            result.AddError(FormattableString.Invariant($"{name} is {value}; it must be {(double.IsFinite(most) ? $"{least}…{most}" : $"{least} or more")}"));
        }
    }
}
