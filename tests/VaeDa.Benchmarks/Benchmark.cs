using System.CommandLine;
using System.Globalization;
using TorchSharp;
using VaeDa.Runtime;

namespace VaeDa.Benchmarks;

/// <summary>One benchmark: what it runs on, then its table, to stdout.</summary>
internal abstract class Benchmark : Command
{
    private readonly Option<int> _threads = new("--threads") { Description = "CPU threads.", HelpName = "N", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _runs = new("--runs") { Description = "Runs of each side; figures are medians.", HelpName = "N", DefaultValueFactory = _ => 5 };

    protected Benchmark(string name, string description)
        : base(name, description)
    {
        Options.Add(_threads);
        Options.Add(_runs);
        SetAction((parsed, cancellation) =>
        {
            Threads = parsed.GetValue(_threads);
            Runs = Math.Max(1, parsed.GetValue(_runs));
            Print($"{name}: {Machine.Line(Threads)}; medians of {Runs} runs");
            Run(parsed, cancellation);
            return Task.FromResult(0);
        });
    }

    protected int Threads { get; private set; }

    protected int Runs { get; private set; }

    protected abstract void Run(ParseResult parsed, CancellationToken cancellation);

    /// <summary>libtorch, loaded and told the threads.</summary>
    protected torch.Device StartTorch(string device = "cpu") => TorchRuntime.Start(device, Threads);

    protected static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
