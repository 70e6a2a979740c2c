using System.Globalization;

namespace VaeDa.Cli.Commands.Doctor;

/// <summary>The memory of the machine, and what of it this process may have.</summary>
internal static class MachineMemory
{
    /// <summary>In words.</summary>
    public static string Description()
    {
        var limit = ControlGroupLimit() is { } bytes ? $", limited to {Size(bytes)} by the control group" : string.Empty;
        return Entry("MemTotal") is { } total && Entry("MemAvailable") is { } available
            ? $"{Size(total)}, {Size(available)} available{limit}"
            : $"{Size(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)}{limit}";
    }

    /// <summary>In decimal gigabytes.</summary>
    public static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:f1} GB");

    // Of Linux; lines such as "MemTotal:  24684100 kB".
    private static double? Entry(string name) => !File.Exists("/proc/meminfo") ? null
        : File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith($"{name}:", StringComparison.Ordinal)) is { } found
        ? 1024 * double.Parse(found.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
        : null;

    /// <summary>The least limit of the groups that this process is in; null: none, or not Linux.</summary>
    private static double? ControlGroupLimit()
    {
        if (!File.Exists("/proc/self/cgroup"))
        {
            return null;
        }

        // Lines such as "0::/user.slice" of version 2 and "4:memory:/job" of version 1. Within a container the group's own folder is the root.
        var limits = new List<double>();
        foreach (var fields in File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).Where(f => f.Length == 3))
        {
            var (root, file) = fields[1].Length == 0 ? ("/sys/fs/cgroup", "memory.max") : ("/sys/fs/cgroup/memory", "memory.limit_in_bytes");
            if (fields[1].Length > 0 && !fields[1].Split(',').Contains("memory"))
            {
                continue;
            }

            for (var group = fields[2]; ; group = Path.GetDirectoryName(group) ?? string.Empty)
            {
                var path = Path.Join(root, group, file);
                if (File.Exists(path) && double.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var limit) && limit < 1e15)
                {
                    limits.Add(limit);
                }

                if (group.Length <= 1)
                {
                    break;
                }
            }
        }

        return limits.Count == 0 ? null : limits.Min();
    }
}
