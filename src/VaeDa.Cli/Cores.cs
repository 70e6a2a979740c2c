using System.Globalization;

namespace VaeDa.Cli;

/// <summary>The processor cores that this process may use.</summary>
internal static class Cores
{
    /// <summary>
    /// By the system's limits (affinity, control group), and no more than the batch system has granted the task: on a node that does not
    /// enforce it, others would wait.
    /// </summary>
    public static int Available => int.TryParse(Environment.GetEnvironmentVariable("SLURM_CPUS_PER_TASK"), NumberStyles.None, CultureInfo.InvariantCulture, out var granted) && granted > 0
        ? Math.Min(granted, Environment.ProcessorCount)
        : Environment.ProcessorCount;
}
