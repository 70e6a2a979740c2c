using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;

namespace VaeDa.Cli.Commands.Convert;

/// <summary>The work of <c>vaeda convert --with</c>.</summary>
internal sealed class ConvertRun(ConvertCommand command, ParseResult parsed)
{
    public int Execute(CancellationToken cancellation)
    {
        var (output, converterFile) = (parsed.GetValue(command.Out)!, parsed.GetValue(command.With)!);
        if (!output.EndsWith(".nc", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"--out {output}: the name of converted fields ends in .nc");
        }

        if (parsed.GetValue(command.Members) is < 0 and var members)
        {
            throw new InvalidInputException($"--members is {members}; it must be 0 or more");
        }

        using var archive = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Source)!, "data"));
        OutputCheck.OfFiles([output], archive.Folder, converterFile);
        var fields = parsed.GetValue(command.Part) is { } part ? archive.Part(Enum.Parse<SplitPart>(part, ignoreCase: true)) : archive;
        fields = parsed.GetValue(command.Time) is { } time ? new FieldSubset(fields, [fields.Find(time)]) : fields;
        if (fields.Count == 0)
        {
            throw new InvalidInputException($"{archive.Folder}: no field in its {parsed.GetValue(command.Part)} part");
        }

        using var converter = Converter.Load(converterFile, command.Torch.Start(parsed));
        var provenance = Provenance.Now(CommandLine.Typed, parsed.GetValue(command.Seed), archive.Description.Provenance.Inherited);
        ConvertedFile.Write(output, converter, fields, parsed.GetValue(command.Members), parsed.GetValue(command.Seed), Path.GetFileName(converterFile), provenance, new StageLines(Console.Error), cancellation);
        var (first, last) = (AnalysisPicture.Date(fields.TimeOf(0)), AnalysisPicture.Date(fields.TimeOf(fields.Count - 1)));
        Console.WriteLine(parsed.GetValue(command.Json)
            ? JsonText.Write(new { fields = fields.Count, file = output })
            : $"{output}: {fields.Count} field{(fields.Count == 1 ? "" : "s")} of {string.Join(", ", converter.Model.Variables.Select(v => v.Name))}, {(fields.Count == 1 ? first : $"{first} to {last}")}");
        return ExitCode.Done;
    }
}
