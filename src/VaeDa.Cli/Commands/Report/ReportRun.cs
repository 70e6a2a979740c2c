using System.CommandLine;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Files.Outputs;
using VaeDa.Plotting.Pages;
using VaeDa.Reanalysis;
using VaeDa.Results;

namespace VaeDa.Cli.Commands.Report;

/// <summary>The work of <c>vaeda report</c>.</summary>
internal sealed class ReportRun(ReportCommand command, ParseResult parsed)
{
    private const double SizeOfDate = 3;
    private const double SizeOfReanalysis = 10;

    private readonly string _input = parsed.GetValue(command.Input)!;
    private readonly PageBlocks _blocks = new();

    public int Execute(CancellationToken cancellation)
    {
        var (place, inputs, make) = Recognise(cancellation);
        var output = parsed.GetValue(command.Out) ?? place;
        if (!output.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"{command.Out.Name} {output}: the name of a report ends in .html");
        }

        OutputCheck.OfFiles([output], inputs);
        var page = make();
        cancellation.ThrowIfCancellationRequested();
        page.Save(output, _blocks);
        var bytes = new FileInfo(output).Length;
        Console.WriteLine(parsed.GetValue(command.Json)
            ? JsonText.Write(new { report = output, bytes, kind = page.Kind.ToLowerInvariant(), dates = page.Maps?.Dates.Count ?? 0, leftOut = page.LeftOut })
            : string.Join(Environment.NewLine, [.. page.LeftOut.Select(what => $"left out: {what}"), FormattableString.Invariant($"{output}: {bytes / 1e6:0.00} MB")]));
        return ExitCode.Done;
    }

    private (string Place, IEnumerable<string> Inputs, Func<ReportPage> Make) Recognise(CancellationToken cancellation)
    {
        var truth = parsed.GetValue(command.Truth);
        if (!Directory.Exists(_input))
        {
            if (!TrainingPage.IsOne(_input))
            {
                throw new InvalidInputException(File.Exists(_input)
                    ? $"{_input}: a report is of a folder (an analysis, a reanalysis, a validation) or of a model file"
                    : $"{_input}: there is no such folder; 'vaeda assimilate' makes an analysis");
            }

            var model = File.Exists(_input) || TrainingPage.Files(_input).Any() ? _input : BundledFiles.Find(_input, "models");
            Refuse("a training", command.Truth, command.From, command.To, command.Dates, command.Size);
            return (TrainingPage.Place(Path.GetFileName(model) == model || File.Exists(_input) ? model : Path.GetFileName(model)), TrainingPage.Files(model), () => TrainingPage.Of(model));
        }

        var place = Path.Combine(_input, AnalysisFiles.Report);
        var inputs = Directory.GetFiles(_input).Where(file => Path.GetFileName(file) != AnalysisFiles.Report);
        if (File.Exists(Path.Combine(_input, AnalysisFiles.Fields)))
        {
            Refuse("an analysis", command.From, command.To, command.Dates);
            return (place, inputs, () => AnalysisPage.Of(_input, truth, Size(SizeOfDate), _blocks, cancellation));
        }

        if (ReanalysisResults.IsOne(_input))
        {
            var period = (Period(command.From), Period(command.To));
            return (place, inputs, () => ReanalysisPage.Of(_input, period, truth, parsed.GetValue(command.Dates), Size(SizeOfReanalysis), _blocks, cancellation));
        }

        if (ValidationPage.IsOne(_input))
        {
            Refuse("a validation", command.Truth, command.From, command.To, command.Dates, command.Size);
            return (place, inputs, () => ValidationPage.Of(_input));
        }

        throw new InvalidInputException($"{_input}: neither an analysis ({AnalysisFiles.Fields}), a reanalysis (reanalysis.json) nor a validation (scores.json) is in this folder");
    }

    private ReportSize Size(double usual) => new(parsed.GetValue(command.Size) ?? usual);

    private TimePeriod? Period(Option<string?> option) => parsed.GetValue(option) is { } text ? TimePeriod.Parse(text) : null;

    private void Refuse(string kind, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new InvalidInputException($"{_input}: {option.Name} has no meaning for {kind}");
            }
        }
    }
}
