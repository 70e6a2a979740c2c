using System.CommandLine;

namespace VaeDa.Benchmarks;

/// <summary>The Jacobian of H D, n × k: the ways to it.</summary>
internal sealed class JacobianBenchmark() : Benchmark("jacobian", "The Jacobian of 3,000 observations with respect to 100 latents at 720×1440.")
{
    protected override void Run(ParseResult parsed, CancellationToken cancellation) => StartTorch();
}
