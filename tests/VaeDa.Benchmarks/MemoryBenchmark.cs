using System.CommandLine;

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
        foreach (var preset in _size.Models(parsed))
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
        var result = Machine.Run(["assimilate", "dense", "--model", model, "--members", $"{members}", "--threads", $"{Threads}", "--out", folder]);
        Directory.Delete(folder, recursive: true);
        return result;
    }
}
