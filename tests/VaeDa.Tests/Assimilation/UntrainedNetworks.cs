namespace VaeDa.Tests.Assimilation;

/// <summary>
/// Tests that hold for one network's first weights run alone: layers draw them from libtorch's own random numbers, which are one
/// sequence for the process, and what another test draws of it meanwhile makes another network.
/// </summary>
[CollectionDefinition(nameof(UntrainedNetworks), DisableParallelization = true)]
public sealed class UntrainedNetworks;
