using System.CommandLine;
using System.Diagnostics;
using VaeDa.Model;

namespace VaeDa.Benchmarks;

/// <summary>The executable's peak memory and time for ensembles of growing size, from start to files written.</summary>
internal sealed class MemoryBenchmark : Benchmark
{
    private readonly FullSize _size;
    private readonly Option<int[]> _members = new("--members") { Description = "M, one or several.", DefaultValueFactory = _ => [10, 50, 200], AllowMultipleArgumentsPerToken = true };

    public MemoryBenchmark()
        : base("memory", "Peak memory of 'vaeda assimilate' at full size, by members. Linux only.")
    {
        _size = new FullSize(this);
        Options.Add(_members);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        StartTorch();
        foreach (var preset in _size.Presets(parsed))
        {
            var rows = _size.Rows(parsed);
            var path = Path.Combine(_size.Work(parsed), $"{preset}-{rows}.safetensors");
            if (!File.Exists(path))
            {
                using var coarse = FullSize.Bundled();
                using var model = FullSize.Model(preset, rows);
                RefinedModel.Save(path, model, coarse.Card!);
            }

            foreach (var members in parsed.GetValue(_members)!)
            {
                cancellation.ThrowIfCancellationRequested();
                var results = Enumerable.Range(0, Runs).Select(_ => Assimilate(parsed, path, members)).ToArray();
                Print($"{preset}, {rows} rows, {members} members: peak {Timing.Median([.. results.Select(r => r.Peak)]) / 1e9:f2} GB, {Timing.Median([.. results.Select(r => r.Seconds)]):f1} s");
            }
        }
    }

    private (double Peak, double Seconds) Assimilate(ParseResult parsed, string model, int members)
    {
        var folder = Path.Combine(_size.Work(parsed), "analysis");
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(
            Machine.Executable,
            ["assimilate", "dense", "--model", model, "--members", $"{members}", "--threads", $"{Threads}", "--out", folder]) { RedirectStandardOutput = true })!;
        // The kernel keeps a process' peak while it lives; it grows only, so the last reading is the peak but for the very end.
        var peak = 0L;
        while (!process.WaitForExit(50))
        {
            peak = Math.Max(peak, Machine.PeakMemoryOf(process.Id));
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"vaeda assimilate failed with {process.ExitCode}");
        }

        var seconds = clock.Elapsed.TotalSeconds;
        Directory.Delete(folder, recursive: true);
        return (peak, seconds);
    }
}
