using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
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
        OutputCheck.OfFiles([path]);
        NetworkGenerator.Generate(spec).Write(path);
        Console.WriteLine(FormattableString.Invariant($"{path}: {spec.Count} places, seed {spec.Seed}"));
        return ExitCode.Done;
    }

    private int Observe()
    {
        using var archive = AnomalyArchive.Open(BundledFiles.Archive(parsed.GetValue(command.Archive)));
        var (networkFile, path) = (BundledFiles.Find(parsed.GetValue(command.Network)!, "data/networks", ".csv"), parsed.GetValue(command.Out)!);
        OutputCheck.OfFiles([path], archive.Folder, networkFile);
        var network = Network.Read(networkFile);
        var spec = new PseudoObservationSpec
        {
            Errors = ObservationErrors.Resolve(archive.Variables, parsed.GetValue(command.Variables) ?? [], parsed.GetValue(command.Errors) ?? []),
            Seed = parsed.GetValue(command.Seed) ?? 0,
            GrossErrorFraction = parsed.GetValue(command.GrossErrors),
            GrossErrorSize = parsed.GetValue(command.GrossSize),
        };
        var times = Times(archive);
        var made = times is [var one] ? Of(archive, network, spec with { Time = archive.Times[one] }, one)
            : PseudoObservations.Joined([.. times.Select(i => Of(archive, network, spec.At(archive.Times[i]), i))]);
        ObserveReport.Complain(network, made);
        made.Table.Write(path);
        Console.WriteLine(parsed.GetValue(command.Json)
            ? ObserveReport.AsJson(path, spec, [.. times.Select(i => archive.Times[i])], made)
            : ObserveReport.Describe(path, archive, spec, [.. times.Select(i => archive.Times[i])], made));
        return ExitCode.Done;
    }

    private IReadOnlyList<int> Times(AnomalyArchive archive)
    {
        if (parsed.GetValue(command.From) is null && parsed.GetValue(command.To) is null)
        {
            return [parsed.GetValue(command.Time) is { } time ? TimePeriod.Parse(time).IndexIn(archive.Times) : archive.Times.Count - 1];
        }

        var from = parsed.GetValue(command.From) is { } first ? TimePeriod.Parse(first).Start : DateTime.MinValue;
        var to = parsed.GetValue(command.To) is { } last ? TimePeriod.Parse(last).End : DateTime.MaxValue;
        int[] times = [.. Enumerable.Range(0, archive.Times.Count).Where(i => archive.Times[i] >= from && archive.Times[i] < to)];
        return times.Length > 0 ? times : throw new InvalidInputException(
            FormattableString.Invariant($"{archive.Folder}: no field from {from:yyyy-MM-dd} on and before {to:yyyy-MM-dd}; its times are {archive.Times[0]:yyyy-MM-dd} to {archive.Times[^1]:yyyy-MM-dd}"));
    }

    private static PseudoObservations Of(AnomalyArchive archive, Network network, PseudoObservationSpec spec, int index)
    {
        var field = new float[archive.Variables.Count * archive.Grid.Cells]; // (V, H, W)
        archive.Read(index, field);
        return PseudoObservations.Make(field, archive.Grid, [.. archive.Variables.Select(v => v.Name)], network, spec);
    }
}
