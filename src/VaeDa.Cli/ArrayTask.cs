using System.Globalization;
using VaeDa.Reanalysis;

namespace VaeDa.Cli;

/// <summary>Which task of a batch system's array this process is, by the variables that the system sets.</summary>
internal static class ArrayTask
{
    // Slurm (man sbatch), Grid Engine (man qsub), LSF (bsub -J, environment variables), PBS, which does not say how many there are: the task, the first, the last, the step.
    private static readonly (string Task, string? First, string? Last, string? Step)[] Systems =
    [
        ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"),
        ("SGE_TASK_ID", "SGE_TASK_FIRST", "SGE_TASK_LAST", "SGE_TASK_STEPSIZE"),
        ("LSB_JOBINDEX", null, "LSB_JOBINDEX_END", "LSB_JOBINDEX_STEP"),
        ("PBS_ARRAY_INDEX", null, null, null),
    ];

    /// <returns>The share, and the variable that says so; null outside an array.</returns>
    /// <exception cref="UsageException">The array's variables contradict each other.</exception>
    public static (Shard Shard, string Variable)? Find(Func<string, string?> variable)
    {
        foreach (var (task, first, last, step) in Systems)
        {
            // Of LSF 0 means that there is no array.
            if (Number(task) is not { } id || (id == 0 && task == "LSB_JOBINDEX"))
            {
                continue;
            }

            var (from, by) = (first is null ? 1 : Number(first) ?? 1, step is null ? 1 : Number(step) ?? 1);
            // Slurm says how many there are, which of a list such as 0,3,7 the ends do not.
            var count = task.StartsWith("SLURM", StringComparison.Ordinal) ? Number("SLURM_ARRAY_TASK_COUNT") : null;
            count ??= last is not null && Number(last) is { } to ? (to - from) / by + 1 : null;
            if (count is not { } n)
            {
                throw new UsageException($"{task} is {id}, and nothing says of how many tasks; say --shard NUMBER/COUNT, or --shard 1/1 for all");
            }

            var number = (id - from) / by + 1;
            return number >= 1 && number <= n && (id - from) % by == 0
                ? (new Shard(number, n), task)
                : throw new UsageException($"{task} is {id}, which is not one of an array from {from} by {by} of {n} tasks; say --shard NUMBER/COUNT, or --shard 1/1 for all");
        }

        return null;

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
