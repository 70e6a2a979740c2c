using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VaeDa.Archives;

namespace VaeDa.Cli.Commands;

/// <summary>The work of <c>vaeda prepare</c>.</summary>
internal sealed class PrepareRun(PrepareCommand command, ParseResult parsed)
{
    public int Execute(CancellationToken cancellation)
    {
        var report = ArchivePreparation.Run(
            new PreparationOptions
            {
                Inputs = parsed.GetValue(command.Files)!,
                Output = parsed.GetValue(command.Out)!,
                Variables = parsed.GetValue(command.Variable)!,
                ClimatologyYears = Years(command.Climatology),
                SmoothDays = parsed.GetValue(command.SmoothDays),
                AreAnomalies = parsed.GetValue(command.Anomalies),
                Like = parsed.GetValue(command.Like),
                TestYears = Years(command.TestYears),
                ValidationYears = Years(command.ValidationYears),
                GapDays = parsed.GetValue(command.GapDays),
                Command = CommandLine.Typed,
            },
            new StageDisplay(),
            cancellation);
        foreach (var (variable, dropped) in report.Dropped.Where(d => d.Value > 0))
        {
            Console.Error.WriteLine($"{dropped} fields of '{variable}' left out: another variable has none at their times");
        }

        if (report.Parts[SplitPart.Gap] > 0)
        {
            Console.Error.WriteLine($"{report.Parts[SplitPart.Gap]} fields belong to no part: within {report.Description.Split.GapDays} days of another");
        }

        Console.WriteLine(parsed.GetValue(command.Json) ? JsonSerializer.Serialize(new { archive = parsed.GetValue(command.Out), report.Fields, report.First, report.Last, report.Bytes, report.Description.Statistics }) : Describe(report));
        return ExitCode.Done;
    }

    private YearSet? Years(Option<string?> option) => parsed.GetValue(option) is { } text ? YearSet.Parse(text) : null;

    private string Describe(PreparationReport report)
    {
        var climatology = report.Description.Climatology;
        var lines = new List<string>
        {
            $"{parsed.GetValue(command.Out)}: {report.Fields} fields, {report.First:yyyy-MM-dd} to {report.Last:yyyy-MM-dd}, {report.Description.Frequency.ToString().ToLowerInvariant()}; {report.Bytes / 1e6:f1} MB",
            $"grid        {report.Description.Grid}",
            $"climatology {climatology.Fields} fields, {climatology.First:yyyy-MM-dd} to {climatology.Last:yyyy-MM-dd}{(climatology.SmoothDays > 1 ? $", smoothed over {climatology.SmoothDays} days" : string.Empty)}",
            $"split       {report.Parts[SplitPart.Training]} training, {report.Parts[SplitPart.Validation]} validation, {report.Parts[SplitPart.Test]} test, {report.Parts[SplitPart.Gap]} in gaps",
        };
        lines.AddRange(report.Description.Statistics.Select((s, v) => string.Create(CultureInfo.InvariantCulture,
            $"{s.Variable,-11} standard deviation {s.StandardDeviation:g4} {report.Description.Variables[v].Units}, {s.Minimum:g4}…{s.Maximum:g4}, {100 * s.MissingFraction:f1}% missing, packed to ±{s.PackingError:g2}")));
        return string.Join(Environment.NewLine, lines);
    }
}
