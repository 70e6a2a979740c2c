namespace VaeDa.Tests.Reanalysis;

/// <summary>Tests that compare bytes run alone: the number of libtorch's threads is one for the process, and others set it.</summary>
[CollectionDefinition(nameof(OneThread), DisableParallelization = true)]
public sealed class OneThread;
