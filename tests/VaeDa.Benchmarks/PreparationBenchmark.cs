using System.CommandLine;
using System.Diagnostics;
using VaeDa.Archives.Preparation;
using VaeDa.Archives.Sources;

namespace VaeDa.Benchmarks;

/// <summary>'vaeda prepare' on daily fields of 0.25°, each of its passes against a plain loop that reads the same fields.</summary>
internal sealed class PreparationBenchmark : Benchmark
{
    private readonly Option<int> _years = new("--years") { Description = "Years of daily fields; about 3 GB of disk each, while it runs.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _days = new("--days") { Description = "Fields of each year, from 1 January; fewer than its days for a trial.", HelpName = "N", DefaultValueFactory = _ => 366 };
    private readonly Option<string> _folder = new("--folder") { Description = "Where the files are made and removed.", HelpName = "FOLDER", DefaultValueFactory = _ => Path.GetTempPath() };

    public PreparationBenchmark()
        : base("preparation", "The two passes of 'vaeda prepare' over daily fields of 0.25°, against a loop that only reads them.")
    {
        Options.Add(_years);
        Options.Add(_days);
        Options.Add(_folder);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var years = parsed.GetValue(_years);
        var folder = Path.Combine(parsed.GetValue(_folder)!, FormattableString.Invariant($"vaeda-preparation-{Environment.ProcessId}"));
        Directory.CreateDirectory(folder);
        try
        {
            using var made = new MadeFields(Path.Combine(folder, "fields"), Path.Combine(Machine.RepositoryRoot, "data", "sample"), years, parsed.GetValue(_days), cancellation);
            using var cache = new ColdFiles(made.Folder);
            var output = Path.Combine(folder, "archive");
            var fields = 0;
            var passes = new List<Passes>();
            var processor = new double[2]; // seconds of all runs
            var seconds = Timing.InTurn(Runs, () => OfProcessor(0, ReadAll), () => OfProcessor(1, Prepare));
            var (first, between, second) = (Of(p => p.First), Of(p => p.Between), Of(p => p.Second));
            Print($"{fields} fields of 721×1440, {made.Bytes / 1e6 / fields:f2} MB each in the files, {MadeFields.BytesOfCodes / 1e6:f2} MB unpacked; page cache dropped before each run");
            Row("raw read", seconds[0], fields);
            Row("first pass", first, fields);
            Row("second pass", second, fields);
            Print($"{"climatology",-14}{between,8:f2} s between the passes, whatever the years");
            Row("whole", seconds[1], 2 * fields);
            Print($"{"processor",-14}{processor[0] / Runs,8:f2} s a raw read, {processor[1] / Runs:f2} s a preparation: {2 * processor[0] / processor[1]:f2} of the raw rate");
            Print($"{"in memory",-14}{string.Join(", ", new[] { 1, years }.Distinct().Select(PeakOf))}");

            void OfProcessor(int side, Action work)
            {
                var before = Environment.CpuUsage.TotalTime;
                work();
                processor[side] += (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            }

            void ReadAll()
            {
                cache.Drop();
                using var source = FieldSource.OpenAll([made.Folder], [])[0];
                var field = new float[source.Grid.Cells];
                for (fields = 0; fields < source.Times.Count; fields++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    source.Read(fields, field);
                }
            }

            void Prepare()
            {
                cache.Drop();
                var clock = new Passes();
                ArchivePreparation.Run(new PreparationOptions { Inputs = [made.Folder], Output = output, Command = "benchmark" }, clock, cancellation);
                clock.End();
                passes.Add(clock);
                Directory.Delete(output, recursive: true);
            }

            double Of(Func<Passes, double> part) => Timing.Median([.. passes.Select(part)]);

            void Row(string name, double time, int read) => Print(
                $"{name,-14}{time,8:f2} s {read / time,8:f1} fields/s {read * MadeFields.BytesOfCodes / 1e6 / time,8:f0} MB/s unpacked {read / time / (fields / seconds[0]),8:f2} of the raw rate");

            string PeakOf(int count)
            {
                var files = Directory.GetFiles(made.Folder).Order(StringComparer.Ordinal).Take(count);
                var (peak, _) = Machine.Run(["prepare", .. files, "--out", output]);
                Directory.Delete(output, recursive: true);
                return FormattableString.Invariant($"{peak / 1e9:f2} GB for {count} {(count == 1 ? "year" : "years")}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>When the passes' fields were done.</summary>
    private sealed class Passes : IProgress<PreparationProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private double _firstEnds;
        private double _secondBegins;

        /// <summary>Seconds, the opening of the files included.</summary>
        public double First => _firstEnds;

        public double Between => _secondBegins - _firstEnds;

        public double Second { get; private set; }

        public void Report(PreparationProgress value)
        {
            if (value.Stage.StartsWith("reading", StringComparison.Ordinal))
            {
                _firstEnds = _clock.Elapsed.TotalSeconds;
            }
            else if (value.Done == 1)
            {
                _secondBegins = _clock.Elapsed.TotalSeconds;
            }
        }

        public void End() => Second = _clock.Elapsed.TotalSeconds - _secondBegins;
    }
}
