using System.Diagnostics;
using System.Text.RegularExpressions;

namespace VaeDa.Cli.Tests;

public sealed partial class UsageTests(Weather weather) : IDisposable
{
    private const int Tries = 20;
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Help_of_each_verb_is_at_once_on_stdout_and_shows_an_example()
    {
        var help = VaedaProcess.Run("--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        var verbs = Verbs(help.Output);
        Assert.Superset(new HashSet<string> { "prepare", "train", "validate", "assimilate", "observe" }, verbs.ToHashSet());
        foreach (var verb in verbs)
        {
            // The quickest of some: other processes may take this one's time, but never give it any.
            var least = TimeSpan.MaxValue;
            for (var i = 0; i < Tries && least >= AtOnce; i++)
            {
                var clock = Stopwatch.StartNew();
                var run = VaedaProcess.Run(verb, "--help");
                least = clock.Elapsed < least ? clock.Elapsed : least;
                Assert.Equal((0, ""), (run.ExitCode, run.Error));
                Assert.Contains($"  vaeda {verb}", run.Output);
            }

            Assert.True(least < AtOnce, $"vaeda {verb} --help: {least}");
        }
    }

    [Fact]
    public void Without_libtorch_there_is_help_and_what_needs_it_says_what_is_missing()
    {
        var copy = Directory.CreateDirectory(_folder.File("copy")).FullName;
        foreach (var file in Directory.GetFiles(VaedaProcess.BuiltFolder).Where(file => !IsTorch(Path.GetFileName(file))))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        var executable = Path.Combine(copy, OperatingSystem.IsWindows() ? "vaeda.exe" : "vaeda");
        foreach (var verb in Verbs(VaedaProcess.RunAt(executable, _folder.Path, "--help").Output))
        {
            Assert.Equal(0, VaedaProcess.RunAt(executable, _folder.Path, verb, "--help").ExitCode);
        }

        var run = VaedaProcess.RunAt(executable, _folder.Path, "assimilate", weather.Observations, "--model", weather.Model, "--out", "analysis");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Matches("libtorch cannot be loaded: .*LibTorchSharp.* is missing", Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.False(Directory.Exists(_folder.File("analysis")));
        Assert.Empty(Directory.GetDirectories(copy));
    }

    private static bool IsTorch(string file) => file.Contains("torch", StringComparison.OrdinalIgnoreCase) && file != "TorchSharp.dll";

    private static string[] Verbs(string help) => [.. Verb().Matches(help).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex Verb();
}
