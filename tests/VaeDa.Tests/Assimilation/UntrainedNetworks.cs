namespace VaeDa.Tests.Assimilation;

/// <summary>
/// Tests that hold for one network's first weights run alone: libtorch's own random numbers are one sequence for the process, and
/// what another test draws meanwhile makes another network.
/// </summary>
[CollectionDefinition(nameof(UntrainedNetworks), DisableParallelization = true)]
public sealed class UntrainedNetworks;
