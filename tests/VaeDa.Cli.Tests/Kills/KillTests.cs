using System.Globalization;

namespace VaeDa.Cli.Tests.Kills;

/// <summary>
/// Whatever a command is doing when it is killed: the earlier result is there, whole, or the new one, whole; the same command then succeeds, and nothing else is
/// left.
/// </summary>
public sealed class KillTests(Weather weather, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Commands => ["prepare", "prepare over an archive", "assimilate", "assimilate over an analysis", "validate", "validate over a validation", "convert over fields", "sample over fields", "train over a model"];

    public void Dispose() => _folder.Dispose();

    [Theory(Explicit = true)]
    [MemberData(nameof(Commands))]
    public void Killed_at_twenty_moments(string what) => KillAtMoments(what, 20);

    [Theory(Explicit = true)]
    [Trait("Set", "CI")]
    [InlineData("prepare over an archive")]
    [InlineData("assimilate over an analysis")]
    public void Killed_at_some_moments(string what) => KillAtMoments(what, 4);

    [Theory(Explicit = true)]
    [MemberData(nameof(Commands))]
    public void Killed_between_any_two_changes_of_names(string what)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed (apt-get install strace).");
        var command = Make(what);
        var states = new List<string>();
        foreach (var call in KilledCommand.NameChanges)
        {
            for (var n = 1; command.KillAtCall(call, n) is { } state; n++)
            {
                states.Add(state);
                Assert.True(n < 100, $"there is no end of {call}");
            }
        }

        Report(what, states);
        Assert.True(states.Count > 3, $"{states.Count} changes of names");
    }

    private void KillAtMoments(string what, int kills)
    {
        var (command, random) = (Make(what), new Random(3));
        var states = new List<string>();
        for (var kill = 0; kill < kills; kill++)
        {
            states.Add(command.KillAfter(random.Next(command.Length / 10, command.Length)));
        }

        Report(what, states);
    }

    private void Report(string what, List<string> states) =>
        output.WriteLine($"{what}: {states.Count} kills: {string.Join(", ", states.GroupBy(s => s).Select(s => $"{s.Count().ToString(CultureInfo.InvariantCulture)} left {s.Key}"))}");

    private KilledCommand Make(string what)
    {
        string[] Inputs() => [Path.Combine(Path.GetDirectoryName(weather.Archive)!, "globe.nc"), "--out", "a"];
        string[] Analysis(string seed, string observations) => ["assimilate", observations, "--model", weather.Model, "--members", "4", "--seed", seed, "--threads", "1", "--csv", "--out", "a"];
        string[] Validation(string part) => ["validate", weather.Model, "--archive", weather.Archive, "--part", part, "--threads", "1", "--out", "v"];
        string[] Conversion(string seed) => ["convert", weather.Archive, "--with", Converter(), "--part", "test", "--members", "2", "--seed", seed, "--threads", "1", "--out", "c.nc"];
        string[] Sample(string seed) => ["sample", weather.Model, "--count", "20", "--seed", seed, "--threads", "1", "--out", "s.nc"];
        string[] Training(string seed) => ["train", weather.Archive, "--latent", "4", "--epochs", "1", "--seed", seed, "--threads", "1", "--out", "m.safetensors"];
        var (earlier, command) = what switch
        {
            "prepare" => (null, ["prepare", .. Inputs()]),
            "prepare over an archive" => ((string[])["prepare", .. Inputs(), "--climatology", "2001"], ["prepare", .. Inputs()]),
            "assimilate" => (null, Analysis("2", weather.Observations)),
            "assimilate over an analysis" => (Analysis("1", OtherObservations()), Analysis("2", weather.Observations)),
            "validate" => (null, Validation("test")),
            "validate over a validation" => (Validation("validation"), Validation("test")),
            "convert over fields" => (Conversion("1"), Conversion("2")),
            "sample over fields" => (Sample("1"), Sample("2")),
            "train over a model" => (Training("1"), Training("2")),
            _ => throw new ArgumentException(what),
        };
        return new KilledCommand(_folder.File("work"), earlier, command, hasCompanions: what.StartsWith("sample", StringComparison.Ordinal) || what.StartsWith("train", StringComparison.Ordinal));
    }

    private string OtherObservations() => Made("other.csv", path => ["observe", weather.Archive, "--time", Weather.Day, "--network", "sparse", "--seed", "9", "--out", path]);

    private string Converter() => Made("converter.safetensors", path => ["convert", weather.Archive, "--onto", weather.Archive, "--model", weather.Model, "--epochs", "1", "--dates", "2", "--members", "2", "--threads", "1", "--out", path]);

    private string Made(string name, Func<string, string[]> command)
    {
        var path = _folder.File(name);
        if (!File.Exists(path))
        {
            var run = VaedaProcess.RunIn(_folder.Path, command(path));
            Assert.True(run.ExitCode == 0, run.Error);
        }

        return path;
    }
}
