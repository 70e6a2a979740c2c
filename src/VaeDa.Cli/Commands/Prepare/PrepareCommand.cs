using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields.Climatologies;
using VaeDa.Files;

namespace VaeDa.Cli.Commands.Prepare;

internal sealed class PrepareCommand : Command
{
    public readonly Argument<string[]> Files = new("FILES")
    {
        Description = "NetCDF files with fields on (time, latitude, longitude), or on (time, y, x) with the latitudes and longitudes of the cells; or .npy/.safetensors anomaly tensors with a JSON of the same name beside them, or folders of such files.",
        Arity = ArgumentArity.OneOrMore,
    };

    public readonly Option<string> Out = new("--out", "-o")
    {
        Description = "Folder for the archive; an existing archive there is replaced.",
        HelpName = "ARCHIVE",
        Required = true,
    };

    public readonly Option<string[]> Variable = new("--variable")
    {
        Description = "Variable to read; may be given several times. By default the only one in each file.",
        HelpName = "NAME",
    };

    public readonly Option<YearSet?> Climatology = Years("--climatology", "Years of the climatology. By default those of the training fields, so that held-out fields do not influence it; those of all fields, if the training fields do not cover the whole year.");

    public readonly Option<int?> SmoothDays = new("--smooth-days")
    {
        Description = "Width in days of the running window that smooths the climatology over the year; an odd number, 0 for no smoothing. [default: 15 for daily fields, 0 for monthly]",
        HelpName = "DAYS",
    };

    public readonly Option<bool> Anomalies = new("--anomalies")
    {
        Description = "The fields are anomalies already: use them as they are, and compute only their standard deviation.",
    };

    public readonly Option<string?> Like = new("--like")
    {
        Description = "Make anomalies from the climatology of this archive, as for new years. All of them become test fields.",
        HelpName = "ARCHIVE",
    };

    public readonly Option<YearSet?> TestYears = Years("--test-years", "Years held out for the final scores. [default: the last tenth of the fields]");

    public readonly Option<YearSet?> ValidationYears = Years("--validation-years", "Years held out to decide when training stops. [default: the tenth before the test fields]");

    public readonly Option<YearSet?> TrainingYears = Years("--training-years", "Years to train on, if not all the others. Years in no part stay in the archive.");

    public readonly Option<int?> GapDays = new("--gap-days")
    {
        Description = "Leave out training fields within so many days of validation or test fields, and validation fields within so many days of test fields. [default: 5 for daily fields, 0 for monthly]",
        HelpName = "DAYS",
    };

    public readonly Option<int> Coarsen = new("--coarsen")
    {
        Description = "Average over blocks of N×N cells, weighted by area.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    public readonly Option<bool> Json = new("--json") { Description = "Print the summary as JSON." };

    public PrepareCommand()
        : base(
            "prepare",
            """
            Make an anomaly archive from gridded fields: climatology, anomalies, and the split into training, validation and test.

            Examples:
              vaeda prepare era5/t2m_*.nc --out t2m --climatology 1981-2010 --test-years 2015-2020
              vaeda prepare era5/t2m_2024.nc --out t2m-2024 --like t2m
              vaeda prepare gistemp.nc --out gistemp --anomalies --training-years 1960-2025 --validation-years 1995 --test-years 2000
            """)
    {
        Arguments.Add(Files);
        foreach (var option in (Option[])[Out, Variable, Climatology, SmoothDays, Anomalies, Like, TestYears, ValidationYears, TrainingYears, GapDays, Coarsen, Json])
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
        SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
    }

    private static Option<YearSet?> Years(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "YEARS",
        CustomParser = result =>
        {
            try
            {
                return YearSet.Parse(result.Tokens.Single().Value);
            }
            catch (InvalidInputException e)
            {
                result.AddError($"{name}: {e.Message}");
                return null;
            }
        },
    };

    private static void RequireNotNegative(OptionResult result, int? value)
    {
        if (value < 0)
        {
            result.AddError($"{result.Option.Name}: {value} is below 0");
        }
    }

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var report = ArchivePreparation.Run(
            new PreparationOptions
            {
                Inputs = parsed.GetValue(Files)!,
                Output = parsed.GetValue(Out)!,
                Variables = parsed.GetValue(Variable) ?? [],
                ClimatologyYears = parsed.GetValue(Climatology),
                SmoothDays = parsed.GetValue(SmoothDays),
                AreAnomalies = parsed.GetValue(Anomalies),
                Like = parsed.GetValue(Like),
                TestYears = parsed.GetValue(TestYears),
                ValidationYears = parsed.GetValue(ValidationYears),
                TrainingYears = parsed.GetValue(TrainingYears),
                GapDays = parsed.GetValue(GapDays),
                Coarsen = parsed.GetValue(Coarsen),
                Command = $"vaeda {string.Join(' ', parsed.Tokens.Select(t => t.Value.Contains(' ') ? $"\"{t.Value}\"" : t.Value))}",
            },
            new StageLines(Console.Error),
            cancellation);
        foreach (var (variable, dropped) in report.Dropped.Where(d => d.Value > 0))
        {
            Console.Error.WriteLine($"{variable}: {dropped} fields left out: another variable has no field at that time");
        }

        if (report.Description.Climatology is { Scope: ClimatologyScope.AllFields, TakenFrom: null })
        {
            Console.Error.WriteLine("the training fields do not cover the whole year, so the climatology is that of all fields, held-out ones included; --climatology names other years");
        }

        if (report.Parts[SplitPart.Gap] is > 0 and var gap)
        {
            Console.Error.WriteLine($"{gap} fields belong to no part: {(report.Description.Split.TrainingYears is { } years ? $"not in {years}, or " : "")}within {report.Description.Split.GapDays} days of another part");
        }

        Console.Out.Write(parsed.GetValue(Json) ? JsonText.Write(report, indented: true) + "\n" : Summary(report, parsed.GetValue(Out)!));
        return ExitCode.Done;
    }

    private static string Summary(PreparationReport report, string archive)
    {
        var description = report.Description;
        var climatology = description.Climatology;
        var text = new StringWriter(CultureInfo.InvariantCulture);
        void Line(string label, FormattableString value) => text.WriteLine($"{label,-13} {FormattableString.Invariant(value)}");
        Line("archive", $"{archive} ({report.Bytes / 1e6:0.0} MB)");
        Line("grid", $"{description.Grid}");
        Line("fields", $"{report.Fields} {description.Frequency.ToString().ToLowerInvariant()}, {report.First:yyyy-MM-dd} to {report.Last:yyyy-MM-dd}");
        Line("split", $"{report.Parts[SplitPart.Training]} training, {report.Parts[SplitPart.Validation]} validation, {report.Parts[SplitPart.Test]} test, {report.Parts[SplitPart.Gap]} in gaps");
        var smoothing = climatology.SmoothDays > 1 ? FormattableString.Invariant($", smoothed over {climatology.SmoothDays} days") : "";
        var origin = climatology.TakenFrom is { } other ? $" of {other}" : climatology.Origin == ClimatologyOrigin.ReadyMade ? ", anomalies as they came" : "";
        Line("climatology", $"{climatology.Calendar.ToString().ToLowerInvariant()}{origin}, {climatology.Fields} fields {climatology.First:yyyy-MM-dd} to {climatology.Last:yyyy-MM-dd}{smoothing}");
        foreach (var (variable, statistics) in description.Variables.Zip(description.Statistics))
        {
            var unit = variable.Units;
            Line(variable.Name, $"standard deviation {statistics.StandardDeviation:0.###} {unit}, {statistics.Minimum:0.##} to {statistics.Maximum:0.##} {unit}, {100 * statistics.MissingFraction:0.##}% missing, packed to {statistics.PackingError:0.0e+0} {unit}");
        }

        return text.ToString();
    }
}
