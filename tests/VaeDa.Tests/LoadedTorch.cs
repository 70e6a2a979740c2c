using VaeDa.Runtime;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(VaeDa.Tests.LoadedTorch))]

// One test at a time: what holds collections off during native calls (CollectionPause) is the process's, and a test beside would end it. Then TorchSharp frees
// operands that libtorch still reads, and the process ends.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace VaeDa.Tests;

/// <summary>libtorch as the toolkit loads it, before any test takes tensors from TorchSharp itself.</summary>
public sealed class LoadedTorch
{
    public LoadedTorch() => TorchLibrary.Load();
}
