using System.CommandLine;
using VaeDa.Runtime;

namespace VaeDa.Benchmarks;

/// <summary>Whole processes of 'vaeda assimilate' over many dates, of one network or of one that changes daily.</summary>
internal sealed class ReanalysisBenchmark : Benchmark
{
    private const int Year = 365;
    private const int Century = 36_500;
    private readonly Option<int[]> _dates = new("--dates") { Description = "N, one or several.", DefaultValueFactory = _ => [30], AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _networks = new("--network") { Description = "fixed: the same 1,000 places every date; changing: other places daily.", DefaultValueFactory = _ => ManyDates.Networks, AllowMultipleArgumentsPerToken = true };
    private readonly Option<double?> _grid = new("--grid") { Description = "Degrees: the bundled model on that grid in place of its own.", HelpName = "DEGREES" };
    private readonly Option<bool> _parts = new("--parts") { Description = "Also without what costs: no files of fields, no ensemble." };
    private readonly Option<string?> _executable = new("--executable") { Description = "Another build's executable.", HelpName = "FILE" };
    private readonly Option<string> _work = new("--work") { Description = "Folder for observations and results, which are removed; 3,650 dates take 2 GB.", HelpName = "FOLDER", DefaultValueFactory = _ => Path.GetTempPath() };
    private readonly Option<string[]> _options = new("--with") { Description = "Further options of assimilate.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };

    public ReanalysisBenchmark()
        : base("reanalysis", "Time and peak memory of 'vaeda assimilate' over many dates, 1,000 observations and 20 members each, all files. Linux only.")
    {
        _networks.AcceptOnlyFromAmong(ManyDates.Networks);
        Array.ForEach<Option>([_dates, _networks, _grid, _parts, _executable, _work, _options], Options.Add);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        StartTorch();
        var folder = Directory.CreateDirectory(Path.Combine(parsed.GetValue(_work)!, $"vaeda-reanalysis-{Environment.ProcessId}")).FullName;
        try
        {
            string[] model = parsed.GetValue(_grid) is { } degrees ? ["--model", Refined(folder, degrees)] : [];
            NativeHeap.GiveBack(); // the model's, which the processes that are measured may need
            Print($"{"network",-10}{"what",-20}{"dates",6}{"wall s",10}{"processor s",13}{"peak GB",9}{"files MB",10}{"s a date",10}{"processor",11}{"365 dates s",13}");
            foreach (var network in parsed.GetValue(_networks)!)
            {
                var whole = parsed.GetValue(_dates)!.Order().Select(n => (Dates: n, Cost: Measure(parsed, folder, n, network, model, cancellation))).ToList();
                if (whole.Count > 1)
                {
                    Growth("wall", [.. whole.Select(w => ((double)w.Dates, w.Cost.Seconds))]);
                    Growth("processor", [.. whole.Select(w => ((double)w.Dates, w.Cost.Processor))]);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The exponent by least squares in logarithms, and what follows from it for a century.</summary>
    private static void Growth(string time, (double Dates, double Seconds)[] points)
    {
        var (x, y) = (Array.ConvertAll(points, p => Math.Log(p.Dates)), Array.ConvertAll(points, p => Math.Log(p.Seconds)));
        var (centre, middle) = (x.Average(), y.Average());
        var exponent = x.Zip(y).Sum(p => (p.First - centre) * (p.Second - middle)) / x.Sum(v => (v - centre) * (v - centre));
        var century = Math.Exp(middle + exponent * (Math.Log(Century) - centre));
        Print($"  {time} time: exponent {exponent:f3}; {Century} dates, by it: {century / 3600:f2} h");
    }

    private Cost Measure(ParseResult parsed, string folder, int dates, string network, string[] model, CancellationToken cancellation)
    {
        var observations = Path.Combine(folder, "observations");
        ManyDates.Write(observations, dates, network);
        var whole = Row("all files", []);
        if (parsed.GetValue(_parts))
        {
            Row("no files of fields", ["--save", "none"]);
            Row("no ensemble either", ["--save", "none", "--members", "0"]);
        }

        Directory.Delete(observations, recursive: true);
        return whole;

        Cost Row(string name, string[] less)
        {
            var runs = Enumerable.Range(0, Runs).Select(_ => Once(less)).ToArray();
            var cost = new Cost(Timing.Median(Array.ConvertAll(runs, r => r.Seconds)), Timing.Median(Array.ConvertAll(runs, r => r.Processor)), runs.Max(r => r.Peak), runs[0].Bytes);
            Print($"{network,-10}{name,-20}{dates,6}{cost.Seconds,10:f1}{cost.Processor,13:f1}{cost.Peak / 1e9,9:f2}{cost.Bytes / 1e6,10:f0}{cost.Seconds / dates,10:f3}{cost.Processor / dates,11:f3}{cost.Seconds / dates * Year,13:f0}");
            return cost;
        }

        Cost Once(string[] less)
        {
            cancellation.ThrowIfCancellationRequested();
            var results = Path.Combine(folder, "results");
            string[] arguments = ["assimilate", observations, .. model, "--threads", $"{Threads}", "--out", results, .. less, .. parsed.GetValue(_options)!];
            var run = Machine.Try(parsed.GetValue(_executable) ?? Machine.Executable, arguments, long.MaxValue);
            if (run.ExitCode != 0)
            {
                throw new InvalidOperationException($"vaeda {string.Join(' ', arguments)}: exit code {run.ExitCode}: {run.Error}{run.Output}");
            }

            var bytes = new DirectoryInfo(results).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
            Directory.Delete(results, recursive: true);
            return new Cost(run.Seconds, run.ProcessorSeconds, run.Peak, bytes);
        }
    }

    private static string Refined(string folder, double degrees)
    {
        var path = Path.Combine(folder, "model.safetensors");
        var rows = (int)Math.Round(180 / degrees) + 1; // the poles among them
        using var bundled = FullSize.Bundled();
        using var model = FullSize.Model("default", rows);
        Print($"the bundled model on {model.Grid}");
        RefinedModel.Save(path, model, bundled.Card!);
        return path;
    }

    /// <param name="Seconds">Start to exit.</param>
    /// <param name="Processor">Seconds of all threads.</param>
    /// <param name="Peak">The most memory that the process had, bytes.</param>
    /// <param name="Bytes">Of all files.</param>
    private sealed record Cost(double Seconds, double Processor, double Peak, double Bytes);
}
