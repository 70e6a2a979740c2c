using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Cli.Commands.Observe;

/// <summary>One run of <c>vaeda observe</c>.</summary>
internal sealed class ObserveRun(ObserveCommand command, ParseResult parsed)
{
    public int Execute() => parsed.GetValue(command.MakeNetwork) is { } name ? WriteNetwork(name) : Observe();

    private int WriteNetwork(string name)
    {
        var spec = NetworkSpec.Bundled[name];
        spec = spec with { Seed = parsed.GetValue(command.Seed) ?? spec.Seed };
        var path = parsed.GetValue(command.Out)!;
        NetworkGenerator.Generate(spec).Write(path);
        Console.WriteLine(FormattableString.Invariant($"{path}: {spec.Count} places, seed {spec.Seed}"));
        return ExitCode.Done;
    }

    private int Observe()
    {
        using var archive = AnomalyArchive.Open(BundledFiles.Archive(parsed.GetValue(command.Archive)));
        var index = parsed.GetValue(command.Time) is { } time ? TimePeriod.Parse(time).IndexIn(archive.Times) : archive.Times.Count - 1;
        var network = VaeDa.Observations.Networks.Network.Read(BundledFiles.Find(parsed.GetValue(command.Network)!, "data/networks", ".csv"));
        var spec = new PseudoObservationSpec
        {
            Errors = ObservationErrors.Resolve(archive.Variables, parsed.GetValue(command.Variables) ?? [], parsed.GetValue(command.Errors) ?? []),
            Seed = parsed.GetValue(command.Seed) ?? 0,
            Time = archive.Times[index],
            GrossErrorFraction = parsed.GetValue(command.GrossErrors),
            GrossErrorSize = parsed.GetValue(command.GrossSize),
        };
        var field = new float[archive.Variables.Count * archive.Grid.Cells]; // (V, H, W)
        archive.Read(index, field);
        var made = PseudoObservations.Make(field, archive.Grid, [.. archive.Variables.Select(v => v.Name)], network, spec);
        ObserveReport.Complain(network, made);
        var path = parsed.GetValue(command.Out)!;
        made.Table.Write(path);
        Console.WriteLine(parsed.GetValue(command.Json) ? ObserveReport.AsJson(path, spec, made) : ObserveReport.Describe(path, archive, spec, made));
        return ExitCode.Done;
    }
}
