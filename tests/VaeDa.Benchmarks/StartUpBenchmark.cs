using System.CommandLine;
using System.Diagnostics;

namespace VaeDa.Benchmarks;

/// <summary>Whole processes, start to exit, of this build's executable and of another.</summary>
internal sealed class StartUpBenchmark : Benchmark
{
    private readonly Option<string?> _against = new("--against") { Description = "Another build's executable, timed in turn with this one's.", HelpName = "FILE" };

    private readonly Option<int> _beside = new("--beside") { Description = "Threads that keep a core busy meanwhile, as on a machine that others use too.", HelpName = "N" };

    public StartUpBenchmark()
        : base("start-up", "Start to exit of 'vaeda --help' and of 'vaeda assimilate' on the bundled model.")
    {
        Options.Add(_against);
        Options.Add(_beside);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("vaeda-start-up-").FullName;
        using var busy = new BusyThreads(parsed.GetValue(_beside));
        try
        {
            string[] executables = parsed.GetValue(_against) is { } other ? [Machine.Executable, Path.GetFullPath(other)] : [Machine.Executable];
            Print($"{"",-12}{string.Concat(executables.Select((_, i) => i == 0 ? "   this build" : "      another")),-26}{(executables.Length > 1 ? "  another / this" : string.Empty)}");
            Row("--help", "--help");
            Row("assimilate", "assimilate", "mid", "--threads", $"{Threads}", "--out", Path.Combine(folder, "analysis"));

            void Row(string name, params string[] arguments)
            {
                foreach (var executable in executables)
                {
                    Start(executable, folder, arguments); // the files come into the page cache
                }

                var seconds = Timing.InTurn(Runs, [.. executables.Select(executable => (Action)(() => Start(executable, folder, arguments)))]);
                Print($"{name,-12}{string.Concat(seconds.Select(s => FormattableString.Invariant($"{s,11:f3} s"))),-26}{(seconds.Length > 1 ? FormattableString.Invariant($"{seconds[1] / seconds[0],16:f2}") : string.Empty)}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Start(string executable, string folder, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(executable, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{executable} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {error.Result}");
        }
    }
}
