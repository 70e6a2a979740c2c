namespace VaeDa.Tests.Fuzzing;

/// <summary>By themselves: they make much garbage, and what is measured of memory is the process's.</summary>
[CollectionDefinition(nameof(Fuzzing), DisableParallelization = true)]
public sealed class Fuzzing;
