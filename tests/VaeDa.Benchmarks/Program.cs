using System.CommandLine;
using VaeDa.Benchmarks;

return await new RootCommand("What docs/performance.md says, measured: each benchmark runs both sides in turn and prints medians and their ratio.")
{
    new SearchBenchmark(),
    new MemoryBenchmark(),
    new JacobianBenchmark(),
    new GrowthBenchmark(),
    new TrainingBenchmark(),
    new PreparationBenchmark(),
    new StartUpBenchmark(),
    new QualityControlBenchmark(),
    new ReanalysisBenchmark(),
    new BreaksBenchmark(),
}.Parse(args).InvokeAsync();
