using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VaeDa.Plotting.Animations;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Cli.Commands.Plot;

internal sealed class PlotCommand : Verb
{
    public readonly Argument<string> Input = new("input")
    {
        CompletionSources = { _ => BundledFiles.Archives() },
        Description = "An analysis, a reanalysis, an archive (or the name of a bundled one), a file of fields, or the .history.parquet of a training run.",
        DefaultValueFactory = _ => "sample",
    };

    public readonly Argument<string[]> Besides = new("analyses")
    {
        Description = "Further analyses, drawn beside the first, or after it with --animate.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Of an animation's frames where nobody says so, pixels.</summary>
    public const int AnimationWidth = 720;

    public readonly Option<string> Kind = new("--kind", "-k")
    {
        Group = OptionGroup.Drawing,
        Description = "map: colours. contours: contours of the full field with its highs and lows, over the spread in colours. spaghetti: contours of each member in blue, of the ensemble mean in black, of the truth in red. validation: a field of an archive, its reconstruction by --model, their difference and a scatter plot.",
        DefaultValueFactory = _ => PlotOptions.Name(PlotKind.Map),
    };

    public readonly Option<string?> Time = new("--time")
    {
        Group = OptionGroup.Input,
        Description = "Time of the field: 2000-01-15, 2000-01 or 2000-01-15T06:00; with --animate all fields within it. [default: the last]",
        HelpName = "TIME",
    };

    public readonly Option<string?> Variable = new("--variable") { Group = OptionGroup.Input, Description = "Variable to draw, if there are several. [default: the first]", HelpName = "NAME" };

    public readonly Option<string?> Series = new("--series") { Group = OptionGroup.Input, Description = "Of a reanalysis: the series of an area or place (globe, north, land, …) with the band of its members.", HelpName = "NAME" };

    public readonly Option<string?> Truth = new("--truth") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Archives() }, Description = "Archive (or the name of a bundled one) with the true field, drawn beside each analysis; with --series its series, and all over the cells where it has values.", HelpName = "ARCHIVE" };

    public readonly Option<string?> Climatology = new("--climatology") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Archives() }, Description = "Archive whose climatological mean is added to an analysis's anomalies, so that contours are of the full field. [default: the archive of --truth]", HelpName = "ARCHIVE" };

    public readonly Option<double?> Interval = new("--interval") { Group = OptionGroup.Drawing, Description = "Contour interval in the variable's units: 400 for 4 hPa if pressure is in Pa. [default: 1, 2 or 4 × 10ⁿ, chosen for about 12 contours, or 6 in spaghetti plots]", HelpName = "X" };

    public readonly Option<double> Smooth = new("--smooth") { Group = OptionGroup.Drawing, Description = "Smooth fields before contouring by a Gaussian with this standard deviation in cells; 0: not at all. Interpolation between cells is cubic in any case.", HelpName = "CELLS", DefaultValueFactory = _ => 0 };

    public readonly Option<string> Model = new("--model", "-m") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Models() }, Description = "Model file, or the name of a bundled one, for --kind validation.", HelpName = "FILE", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<ColourScale?> Range = new("--range")
    {
        Group = OptionGroup.Drawing,
        Description = "Range of the colour scale: -5..20, or 15 for -15..15. [default: -10..10 for temperature anomalies, else chosen from the values]",
        HelpName = "LOW..HIGH",
        CustomParser = Scale,
    };

    public readonly MapOptions Map = new();

    public readonly MarkOptions Marks = new();

    public readonly Option<string?> Out = new("--out", "-o") { Group = OptionGroup.Output, IsPath = true, Description = "Picture to write: by its ending PNG, SVG or PDF. [default: beside the input; plot.png for an archive]", HelpName = "FILE" };

    public readonly Option<int?> Colours = new("--colours") { Group = OptionGroup.Drawing, Description = "Maximum number of colours, 2 to 256, for a smaller file. [default: no limit]", HelpName = "N" };

    public readonly Option<string?> Animate = new("--animate") { Group = OptionGroup.Output, IsPath = true, Description = "Write analyses, or the fields of --time, as the frames of an animated WebP or GIF with one colour scale.", HelpName = "FILE.webp|FILE.gif" };

    public readonly Option<double> FrameRate = new("--frame-rate") { Group = OptionGroup.Output, Description = "Frames per second of an animation.", HelpName = "N", DefaultValueFactory = _ => 3 };

    public readonly Option<double?> Print = new("--print") { Group = OptionGroup.Drawing, Description = "Lay the picture out for print, so many millimetres wide, with text of 7 points; PNG with 300 dots per inch. A column of a journal has about 86, a page 178. [default: for a screen]", HelpName = "MM" };

    public readonly Option<bool> NoLetters = new("--no-letters") { Group = OptionGroup.Drawing, Description = "Leave out the letters of several panels." };

    public readonly Option<int?> Width = new("--width") { Group = OptionGroup.Drawing, Description = $"Width of the picture in pixels. [default: what its panels need, usually 1400; {AnimationWidth} for an animation]", HelpName = "PIXELS" };

    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print the picture's path as JSON." };

    public override string Summary => "Draw maps, contours, series and animations.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda plot sample --time 2000-01-15",
        "vaeda plot mid.analysis --truth sample --range 15",
        "vaeda plot 1900-01 2000-01 --range 8 --out 1900-and-2000.png",
        "vaeda plot mid.analysis --projection robinson --out mid.svg",
        "vaeda plot mid.analysis --projection lambert --region europe",
        "vaeda plot sample --region -30,45,30,75",
        "vaeda plot mid.analysis --observations departure --region europe",
        "vaeda plot mid.analysis --truth sample --print 86 --out mid.png",
        "vaeda plot mid.analysis --width 700 --out mid.pdf",
        "vaeda plot sparse.analysis mid.analysis dense.analysis --truth sample --out networks.png",
        "vaeda plot 2010-02-28 --kind spaghetti --truth mslp",
        "vaeda plot 2010-02-28 --kind contours --climatology mslp --interval 400",
        "vaeda plot sample --time 2000-01-15 --kind validation --model speedy-ta",
        "vaeda plot 2010-02-* --truth mslp --animate february.webp",
        "vaeda plot t2m.nc --time 1999-07 --variable t2m --range 220..310 --out july.png",
        "vaeda plot t2m.history.parquet",
        "vaeda plot 1916 --time 1916-03-05",
        "vaeda plot 1916 --animate march.webp --time 1916-03",
        "vaeda plot 1916 --series north",
        "vaeda plot 1916 --series north --truth t2m",
    ];

    public PlotCommand()
        : base("plot", "Draw analyses or fields as maps or contours, or the loss curves of a training run, from the files of earlier runs.")
    {
        Out.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && !Figure.Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"--out {name}: the name of a picture ends in {string.Join(", ", Figure.Extensions)}");
            }
        });
        Animate.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string?>();
            if (name is not null && !Animation.Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"--animate {name}: the name of an animation ends in {string.Join(" or ", Animation.Extensions)}");
            }
        });
        RequireWithin(Interval, value => value is null or (> 0 and < double.PositiveInfinity), "above 0");
        RequireWithin(Smooth, value => value is >= 0 and <= 20, "from 0 to 20 cells");
        RequireWithin(Print, value => value is null or (>= 40 and <= 400), "from 40 to 400 mm");
        RequireWithin(Marks.Above, value => value is null or (> 0 and < double.PositiveInfinity), "above 0");
        RequireWithin(FrameRate, value => value is >= 0.1 and <= 50, "from 0.1 to 50 per second");
        RequireWithin(Colours, value => value is null or (>= 2 and <= 256), "from 2 to 256");
        RequireWithin(Width, value => value is null or (>= 200 and <= 4000), "from 200 to 4000 pixels");
        Kind.AcceptOnlyFromAmong([.. Enum.GetValues<PlotKind>().Select(PlotOptions.Name)]);
        Validators.Add(result =>
        {
            var isAnimated = result.GetResult(Animate) is { Implicit: false };
            if (isAnimated && ((Option[])[Out, Colours]).FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } ofPicture)
            {
                result.AddError($"{ofPicture.Name} is of a picture and --animate makes an animation; give one of them");
            }

            if (result.GetResult(Colours) is { Implicit: false } && result.GetValue(Out) is { } picture && Path.GetExtension(picture).ToLowerInvariant() is not ".png")
            {
                result.AddError("--colours is for pictures in PNG");
            }

            if (result.GetResult(Print) is { Implicit: false } && (isAnimated || result.GetResult(Width) is { Implicit: false }))
            {
                result.AddError(isAnimated ? "--print is for a picture, not for an animation" : "--print and --width both say how wide the picture is; give one of them");
            }

            // As it was typed: a word that is none of the names has its own message, and no value.
            var uncertainty = result.GetResult(Marks.Uncertainty) is { Tokens: [var how] } ? how.Value : null;
            if (uncertainty == "absolute" && result.GetResult(Marks.Above) is not { Implicit: false })
            {
                result.AddError("--uncertainty absolute needs --above, the spread that hatching begins at");
            }

            if (uncertainty is "fade" or "none" && result.GetResult(Marks.Above) is { Implicit: false })
            {
                result.AddError("--above is for hatching: --uncertainty relative or absolute");
            }

            if (!isAnimated && result.GetResult(FrameRate) is { Implicit: false })
            {
                result.AddError("--frame-rate has no meaning without --animate");
            }
        });
        Arguments.Add(Input);
        Arguments.Add(Besides);
        foreach (Option option in (Option[])[Kind, Time, Variable, Series, Truth, Climatology, Model, Range, Interval, Smooth, Print, NoLetters, .. Map.All, .. Marks.All, Out, Width, Colours, Animate, FrameRate, Json])
        {
            Options.Add(option);
        }

        SetAction((parsed, cancellation) => Task.FromResult(new PlotRun(this, parsed).Execute(cancellation)));
    }

    private static void RequireWithin<T>(Option<T> option, Func<T?, bool> holds, string range) => option.Validators.Add(result =>
    {
        // A word that is no number has its own message.
        if (result.Tokens.Count > 0 && !result.Errors.Any() && !holds(result.GetValueOrDefault<T>()))
        {
            result.AddError($"{option.Name} is {result.Tokens[0].Value}; it must be {range}");
        }
    });

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
