using System.CommandLine;
using System.CommandLine.Parsing;
using VaeDa.Archives;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Cli.Commands.Prepare;

internal sealed class PrepareCommand : Verb
{
    public readonly Argument<string[]> Files = new("FILES")
    {
        Description = "NetCDF files with fields on (time, latitude, longitude), or on (time, y, x) with the latitudes and longitudes of the cells; or .npy/.safetensors anomaly tensors with a JSON of the same name beside them, or folders of such files.",
        Arity = ArgumentArity.OneOrMore,
    };

    public readonly Option<string> Out = new("--out", "-o")
    {
        Group = OptionGroup.Output,
        IsPath = true,
        Description = "Folder for the archive; an existing archive there is replaced.",
        HelpName = "ARCHIVE",
        Required = true,
    };

    public readonly Option<string[]> Variable = new("--variable")
    {
        Group = OptionGroup.Input,
        Description = "Variable to read; may be given several times. NAME@LEVEL, such as t@850, takes one of its levels, and is called t850 in the archive. [default: the only one in each file]",
        HelpName = "NAME",
    };

    public readonly Option<string?> Level = new("--level")
    {
        Group = OptionGroup.Input,
        Description = "Level to take of variables that have several, in the units of the file, in hPa or Pa, or with its units: 850, 850hPa, 10m. Their names stay.",
        HelpName = "LEVEL",
    };

    public readonly Option<TimeStep?> Step = new("--step")
    {
        Group = OptionGroup.Output,
        Description = "Step in time of the archive: day or month for means of what comes more often, or 1h, 2h, 3h, 4h, 6h, 8h or 12h for a field every so many hours as it is. [default: that of the files; day, where they have several fields a day]",
        HelpName = "STEP",
        CustomParser = result => ParsedText.Of(result, "--step", TimeStep.Parse),
    };

    public readonly Option<double[]> Missing = new("--missing")
    {
        Group = OptionGroup.Input,
        Description = "Value that stands for a missing one in the files, beside those that they declare; in the files' units. May be given several times.",
        HelpName = "VALUE",
    };

    public readonly Option<YearSet?> Climatology = Years("--climatology", "Years of the climatology. [default: those of the training fields, so that held-out fields do not influence it; of all fields, if those do not cover the whole year]");

    public readonly Option<int?> SmoothDays = new("--smooth-days")
    {
        Group = OptionGroup.Climatology,
        Description = "Width in days of the running window that smooths the climatology over the year; an odd number, 0 for no smoothing. [default: 15 for daily fields, 0 for monthly]",
        HelpName = "DAYS",
    };

    public readonly Option<bool> Anomalies = new("--anomalies")
    {
        Group = OptionGroup.Input,
        Description = "The fields are anomalies already: use them as they are, and compute only their standard deviation.",
    };

    public readonly Option<string?> Like = new("--like")
    {
        Group = OptionGroup.Climatology,
        IsPath = true,
        CompletionSources = { _ => BundledFiles.Archives() },
        Description = "Make anomalies from the climatology of this archive, as for new years. All of them become test fields.",
        HelpName = "ARCHIVE",
    };

    public readonly Option<YearSet?> TestYears = Years("--test-years", "Years held out for the final scores. [default: the last tenth of the fields]");

    public readonly Option<YearSet?> ValidationYears = Years("--validation-years", "Years held out to decide when training stops. [default: the tenth before the test fields]");

    public readonly Option<YearSet?> TrainingYears = Years("--training-years", "Years to train on, if not all the others. Years in no part stay in the archive.");

    public readonly Option<int?> GapDays = new("--gap-days")
    {
        Group = OptionGroup.Climatology,
        Description = "Leave out training fields within so many days of validation or test fields, and validation fields within so many days of test fields. [default: 5 for daily fields, 0 for monthly]",
        HelpName = "DAYS",
    };

    public readonly Option<int> Coarsen = new("--coarsen")
    {
        Group = OptionGroup.Output,
        Description = "Average over blocks of N×N cells, weighted by area.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print the summary as JSON." };

    public override string Summary => "Make an archive of anomalies from gridded fields.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda prepare era5/t2m_*.nc --out t2m --climatology 1981-2010 --test-years 2015-2020",
        "vaeda prepare era5/pressure_levels_*.nc --variable t@850 --variable z@500 --step 6h --out levels",
        "vaeda prepare era5/t2m_2024.nc --out t2m-2024 --like t2m",
        "vaeda prepare gistemp.nc --out gistemp --anomalies --training-years 1960-2025 --validation-years 1995 --test-years 2000",
    ];

    public PrepareCommand()
        : base("prepare", "Make an anomaly archive from gridded fields: climatology, anomalies, and the split into training, validation and test.")
    {
        Arguments.Add(Files);
        foreach (var option in (Option[])[Out, Variable, Level, Step, Missing, Climatology, SmoothDays, Anomalies, Like, TestYears, ValidationYears, TrainingYears, GapDays, Coarsen, Json])
        {
            Options.Add(option);
        }

        SmoothDays.Validators.Add(result => RequireNotNegative(result, result.GetValueOrDefault<int?>()));
        GapDays.Validators.Add(result => RequireNotNegative(result, result.GetValueOrDefault<int?>()));
        Validators.Add(result =>
        {
            if (result.GetResult(Like) is not null
                && ((Option[])[Climatology, SmoothDays, TestYears, ValidationYears, TrainingYears]).FirstOrDefault(o => result.GetResult(o) is not null) is { } option)
            {
                result.AddError($"{option.Name} does not go with --like: the climatology is the other archive's, and all fields are test fields");
            }
        });
        SetAction((parsed, cancellation) => Task.FromResult(new PrepareRun(this, parsed).Execute(cancellation)));
    }

    private static Option<YearSet?> Years(string name, string description) => new(name)
    {
        Group = OptionGroup.Climatology,
        Description = description,
        HelpName = "YEARS",
        CustomParser = result => ParsedText.Of(result, name, YearSet.Parse),
    };

    private static void RequireNotNegative(OptionResult result, int? value)
    {
        if (value < 0)
        {
            result.AddError($"{result.Option.Name}: {value} is below 0");
        }
    }
}
