using System.CommandLine;
using System.Text.Json;
using VaeDa.Files;

namespace VaeDa.Benchmarks;

/// <summary>What wrong observations cost, and what they spoil, by their kind and share: whole processes.</summary>
internal sealed class QualityControlBenchmark : Benchmark
{
    private readonly Option<int[]> _counts = new("--observations") { Description = "n, one or several.", DefaultValueFactory = _ => [3000], AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _kinds = new("--kind") { Description = "Ways to be wrong.", DefaultValueFactory = _ => SpoiltObservations.Kinds, AllowMultipleArgumentsPerToken = true };
    private readonly Option<double[]> _shares = new("--share") { Description = "Shares of wrong ones.", DefaultValueFactory = _ => [0.01, 0.025, 0.1, 0.2, 0.4, 0.7], AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _executable = new("--executable") { Description = "Another build's executable.", HelpName = "FILE" };
    private readonly Option<double> _mostMemory = new("--most-memory") { Description = "GB beyond which a run is ended.", DefaultValueFactory = _ => 8 };
    private readonly Option<string[]> _options = new("--with") { Description = "Further options of assimilate.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };

    public QualityControlBenchmark()
        : base("quality-control", "Time, peak memory and scores of 'vaeda assimilate' with wrong observations among good ones. Linux only.")
    {
        _kinds.AcceptOnlyFromAmong(SpoiltObservations.Kinds);
        Array.ForEach<Option>([_counts, _kinds, _shares, _executable, _mostMemory, _options], Options.Add);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        StartTorch();
        var folder = Directory.CreateTempSubdirectory("vaeda-quality-control-").FullName;
        try
        {
            foreach (var count in parsed.GetValue(_counts)!)
            {
                var good = Measure(parsed, folder, SpoiltObservations.Of(count, SpoiltObservations.Kinds[0], 0));
                Print($"{count} observations, none wrong: {good}");
                Print($"{"",-12}{"share",6}{"wrong",7}{"time ratio",12}{"processor",11}{"peak GB",9}{"RMSE K",9}{"without them",14}{"found %",9}{"good left out %",17}");
                foreach (var kind in parsed.GetValue(_kinds)!)
                {
                    foreach (var share in parsed.GetValue(_shares)!)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        var spoilt = SpoiltObservations.Of(count, kind, share);
                        var (cost, without) = (Measure(parsed, folder, spoilt), Measure(parsed, folder, spoilt.Untouched()));
                        Print($"{kind,-12}{share,6:p1}{spoilt.Wrong.Count(w => w),7}{cost.Seconds / good.Seconds,12:f2}{cost.Processor / good.Processor,11:f2}{cost.Peak / 1e9,9:f2}{cost.Rmse,9:f3}{without.Rmse,14:f3}{100 * cost.Found,9:f1}{100 * cost.LeftOut,17:f2}  {cost.Failure}");
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Cost Measure(ParseResult parsed, string folder, SpoiltObservations spoilt)
    {
        var (file, analysis) = (Path.Combine(folder, "observations.parquet"), Path.Combine(folder, "analysis"));
        spoilt.Table.Write(file);
        var limit = (long)(1e9 * parsed.GetValue(_mostMemory));
        var runs = Enumerable.Range(0, Runs).Select(_ => Machine.Try(
            parsed.GetValue(_executable) ?? Machine.Executable,
            ["assimilate", file, "--truth", Path.Combine(Machine.RepositoryRoot, "data", "sample"), "--threads", $"{Threads}", "--out", analysis, "--json", .. parsed.GetValue(_options)!],
            limit)).ToArray();
        var (peak, seconds, processor) = (runs.Max(r => r.Peak), Timing.Median(Array.ConvertAll(runs, r => r.Seconds)), Timing.Median(Array.ConvertAll(runs, r => r.ProcessorSeconds)));
        if (runs[0].Output.Length == 0)
        {
            return new Cost(peak, seconds, processor, double.NaN, double.NaN, double.NaN, $"exit code {runs[0].ExitCode}: {runs[0].Error.Split('\n').LastOrDefault(line => line.StartsWith("vaeda:", StringComparison.Ordinal))}");
        }

        using var result = JsonDocument.Parse(runs[0].Output);
        var flags = DataFrameFile.Read(Path.Combine(analysis, "observations.parquet"))["flag"];
        var isOut = Enumerable.Range(0, spoilt.Wrong.Length).Select(i => (string)flags[i] != "used").ToArray();
        Directory.Delete(analysis, recursive: true);
        return new Cost(
            peak,
            seconds,
            processor,
            result.RootElement.GetProperty("scores").EnumerateObject().First().Value.GetProperty("rmse").GetDouble(),
            Share(isOut.Where((_, i) => spoilt.Wrong[i])),
            Share(isOut.Where((_, i) => !spoilt.Altered[i])),
            runs[0].ExitCode == 0 ? null : $"exit code {runs[0].ExitCode}");

        static double Share(IEnumerable<bool> flags) => flags.Select(f => f ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();
    }

    /// <param name="Peak">Bytes.</param>
    /// <param name="Seconds">Start to exit.</param>
    /// <param name="Processor">Seconds of all threads.</param>
    /// <param name="Rmse">Of the most probable field.</param>
    /// <param name="Found">Share of the wrong ones that is left out.</param>
    /// <param name="LeftOut">Share of those not touched that is left out.</param>
    /// <param name="Failure">Null where it succeeded.</param>
    private sealed record Cost(long Peak, double Seconds, double Processor, double Rmse, double Found, double LeftOut, string? Failure)
    {
        public override string ToString() => FormattableString.Invariant($"{Seconds:f2} s ({Processor:f2} s of processors), peak {Peak / 1e9:f2} GB, RMSE {Rmse:f3} K, {100 * LeftOut:f2}% left out {Failure}");
    }
}
