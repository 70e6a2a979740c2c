using System.CommandLine;
using VaeDa.Archives.Preparation;
using VaeDa.Files;

namespace VaeDa.Cli.Commands.Prepare;

/// <summary>One run of <c>vaeda prepare</c>.</summary>
internal sealed class PrepareRun(PrepareCommand command, ParseResult parsed)
{
    public int Execute(CancellationToken cancellation)
    {
        var report = ArchivePreparation.Run(
            new PreparationOptions
            {
                Inputs = parsed.GetValue(command.Files)!,
                Output = parsed.GetValue(command.Out)!,
                Variables = parsed.GetValue(command.Variable) ?? [],
                Level = parsed.GetValue(command.Level),
                Step = parsed.GetValue(command.Step),
                Missing = parsed.GetValue(command.Missing) ?? [],
                ClimatologyYears = parsed.GetValue(command.Climatology),
                SmoothDays = parsed.GetValue(command.SmoothDays),
                AreAnomalies = parsed.GetValue(command.Anomalies),
                Like = parsed.GetValue(command.Like),
                TestYears = parsed.GetValue(command.TestYears),
                ValidationYears = parsed.GetValue(command.ValidationYears),
                TrainingYears = parsed.GetValue(command.TrainingYears),
                GapDays = parsed.GetValue(command.GapDays),
                Coarsen = parsed.GetValue(command.Coarsen),
                Command = $"vaeda {string.Join(' ', parsed.Tokens.Select(t => t.Value.Contains(' ') ? $"\"{t.Value}\"" : t.Value))}",
            },
            new StageLines(Console.Error),
            cancellation);
        PrepareReport.Complain(report);
        Console.Out.Write(parsed.GetValue(command.Json) ? JsonText.Write(report, indented: true) + "\n" : PrepareReport.Summary(report, parsed.GetValue(command.Out)!));
        return ExitCode.Done;
    }
}
