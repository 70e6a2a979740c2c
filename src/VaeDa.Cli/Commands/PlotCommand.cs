using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VaeDa.Plotting;

namespace VaeDa.Cli.Commands;

internal sealed class PlotCommand : Command
{
    public readonly Argument<string> Input = new("input")
    {
        Description = "An analysis, an archive (or the name of a bundled one), a file of fields, or the .history.parquet of a training run.",
        DefaultValueFactory = _ => "sample",
    };

    public readonly Argument<string[]> Besides = new("analyses")
    {
        Description = "Further analyses, drawn beside the first.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public readonly Option<string?> Time = new("--time")
    {
        Description = "Which field: 2000-01-15, 2000-01 or 2000-01-15T06:00 [default: the last].",
        HelpName = "TIME",
    };

    public readonly Option<string?> Variable = new("--variable") { Description = "What is drawn, where there are several [default: the first].", HelpName = "NAME" };

    public readonly Option<string?> Truth = new("--truth") { Description = "Archive (or the name of a bundled one) with the true field, drawn beside an analysis, or several of one time.", HelpName = "ARCHIVE" };

    public readonly Option<ColourScale?> Range = new("--range")
    {
        Description = "Ends of the colours: -5..20, or 15 for -15..15 [default: -10..10 for temperature anomalies, else what the values need].",
        HelpName = "LOW..HIGH",
        CustomParser = Scale,
    };

    public readonly Option<string?> Out = new("--out", "-o") { Description = "Picture to write [default: beside the input; plot.png for an archive].", HelpName = "FILE.png" };

    public readonly Option<bool> Json = new("--json") { Description = "Say on stdout as JSON where the picture is." };

    public PlotCommand()
        : base("plot", """
            Draw a map of an analysis or a field, or the curves of a training run, from the files of earlier runs.

            Examples:
              vaeda plot sample --time 2000-01-15
              vaeda plot mid.analysis --truth sample --range 15
              vaeda plot 1900-01 2000-01 --range 8 --out 1900-and-2000.png
              vaeda plot all one-in-10 --truth t2m --out all-and-one-in-10.png
              vaeda plot t2m.nc --time 1999-07 --variable t2m --range 220..310 --out july.png
              vaeda plot t2m.history.parquet
            """)
    {
        Out.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>()?.EndsWith(".png", StringComparison.OrdinalIgnoreCase) == false)
            {
                result.AddError($"--out {result.GetValueOrDefault<string>()}: the name of a picture ends in .png");
            }
        });
        Arguments.Add(Input);
        Arguments.Add(Besides);
        foreach (Option option in (Option[])[Time, Variable, Truth, Range, Out, Json])
        {
            Options.Add(option);
        }

        SetAction((parsed, _) => Task.FromResult(new PlotRun(this, parsed).Execute()));
    }

    private static ColourScale? Scale(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        double? Number(string part) => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
        switch (text.Split(".."))
        {
            case [var limit] when Number(limit) is > 0 and var end:
                return ColourScale.Symmetric(end);
            case [var first, var last] when Number(first) is { } low && Number(last) is { } high && low < high:
                return ColourScale.Between(low, high);
            default:
                result.AddError($"--range is '{text}'; it must be two ascending numbers such as -5..20, or one above 0");
                return null;
        }
    }
}
