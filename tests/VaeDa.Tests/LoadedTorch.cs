using VaeDa.Runtime;
using Xunit;

[assembly: AssemblyFixture(typeof(VaeDa.Tests.LoadedTorch))]

namespace VaeDa.Tests;

/// <summary>libtorch as the toolkit loads it, before any test takes tensors from TorchSharp itself.</summary>
public sealed class LoadedTorch
{
    public LoadedTorch() => TorchLibrary.Load();
}
