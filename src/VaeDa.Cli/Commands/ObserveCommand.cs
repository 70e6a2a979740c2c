using System.CommandLine;
using VaeDa.Observations;

namespace VaeDa.Cli.Commands;

internal sealed class ObserveCommand : Command
{
    public readonly Option<string?> MakeNetwork = new("--make-network")
    {
        Description = "Make a network instead, by the rule of the bundled ones (data/networks/README.md).",
        HelpName = string.Join('|', NetworkSpec.Bundled.Keys),
    };

    public readonly Option<int?> Seed = new("--seed")
    {
        Description = "Seed of the noise [default: 0], or of the network that is made [default: its bundled file's].",
        HelpName = "N",
    };

    public readonly Option<string> Out = new("--out", "-o")
    {
        Description = "File to write: CSV, or Parquet if its name ends so.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "observations.csv",
    };

    public ObserveCommand()
        : base("observe", """
            Make pseudo-observations: the values of a known field at the places of a network, with noise.

            Examples:
              vaeda observe --make-network sparse --seed 7 --out my-network.csv
            """)
    {
        MakeNetwork.AcceptOnlyFromAmong([.. NetworkSpec.Bundled.Keys]);
        Options.Add(MakeNetwork);
        Options.Add(Seed);
        Options.Add(Out);
        SetAction((parsed, _) => Task.FromResult(WriteNetwork(parsed, parsed.GetValue(MakeNetwork)!)));
    }

    private int WriteNetwork(ParseResult parsed, string name)
    {
        var spec = NetworkSpec.Bundled[name];
        spec = spec with { Seed = parsed.GetValue(Seed) ?? spec.Seed };
        var path = parsed.GetValue(Out)!;
        NetworkGenerator.Generate(spec).Write(path);
        Console.WriteLine(FormattableString.Invariant($"{path}: {spec.Count} places, seed {spec.Seed}"));
        return ExitCode.Done;
    }
}
