using System.Diagnostics;

namespace VaeDa.Cli.Tests.Kills;

/// <summary>A command that is killed again and again over an earlier result, or over nothing.</summary>
internal sealed class KilledCommand
{
    // Times of day and seconds that it took have no fixed length.
    private const int LengthOfTimes = 200;

    /// <summary>The system's calls that take a name away or give one; those that make an empty folder change no result. Of two names in one, a machine has either.</summary>
    public static IReadOnlyList<string> NameChanges { get; } = ["?rename,?renameat", "renameat2", "?link,?linkat", "?unlink,?unlinkat", "?rmdir"];

    private readonly string _folder;
    private readonly string[] _command;
    private readonly bool _hasCompanions;
    private readonly Dictionary<string, byte[]> _old;
    private readonly Dictionary<string, byte[]> _new;

    /// <param name="folder">Where results go, and nothing else is.</param>
    /// <param name="earlier">Makes the earlier result; null for none.</param>
    /// <param name="command">Is killed. All files of its result differ from those of the earlier one.</param>
    /// <param name="hasCompanions">Whether the result is a file with companions in a folder of others', which may be missing after a kill, and not a folder.</param>
    public KilledCommand(string folder, string[]? earlier, string[] command, bool hasCompanions)
    {
        (_folder, _command, _hasCompanions) = (folder, command, hasCompanions);
        Directory.CreateDirectory(folder);
        if (earlier is not null)
        {
            ToItsEnd(earlier);
        }

        _old = Contents();
        var clock = Stopwatch.StartNew();
        ToItsEnd(command);
        Length = (int)clock.ElapsedMilliseconds;
        _new = Contents();
        Assert.All(_old.Keys.Intersect(_new.Keys), file => Assert.NotEqual(_old[file], _new[file]));
    }

    /// <summary>Milliseconds that it takes, the first time.</summary>
    public int Length { get; }

    /// <summary>Killed after a time, if it has not ended before.</summary>
    /// <returns>What was there then.</returns>
    public string KillAfter(int milliseconds)
    {
        Restore();
        using (var process = VaedaProcess.StartIn(_folder, _command))
        {
            if (!process.WaitForExit(milliseconds))
            {
                process.Kill();
            }

            process.WaitForExit();
        }

        return CheckAndRepeat();
    }

    /// <summary>Killed when one of its threads makes a call to the system for the n-th time, before it is done.</summary>
    /// <returns>What was there then; null where no thread makes it so often, and it ended by itself.</returns>
    public string? KillAtCall(string call, int n)
    {
        Restore();
        using var process = Process.Start(new ProcessStartInfo("strace", ["-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:signal=SIGKILL:when={n}", VaedaProcess.Executable, .. _command])
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            // The runtime's own changes of names are none of the product's.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0)
        {
            return null;
        }

        Assert.True(process.ExitCode is 137 or 9, $"exit code {process.ExitCode}: {error.Result}");
        return CheckAndRepeat();
    }

    private string CheckAndRepeat()
    {
        var after = Contents();
        var state = State(after);
        Assert.True(state is not null, $"a mixture: {string.Join(", ", after.Keys.Order())}");
        ToItsEnd(_command);
        Assert.Equal("the new result", State(Contents()));
        Assert.Empty(Stale());
        return state!;
    }

    private string? State(Dictionary<string, byte[]> files)
    {
        if (files.Count == _old.Count && files.All(file => _old.TryGetValue(file.Key, out var before) && before.SequenceEqual(file.Value)))
        {
            return _old.Count == 0 ? "nothing" : "the earlier result";
        }

        if (files.Count == _new.Count && files.All(IsNew))
        {
            return "the new result";
        }

        // One file stands for the result, and what else is there is of the same.
        return _hasCompanions && files.All(IsNew) ? "the new result without all companions"
            : _hasCompanions && files.All(file => _old.TryGetValue(file.Key, out var before) && before.SequenceEqual(file.Value)) ? "the earlier result without all companions"
            : null;
    }

    private bool IsNew(KeyValuePair<string, byte[]> file) => _new.TryGetValue(file.Key, out var made) && Math.Abs(made.Length - file.Value.Length) <= LengthOfTimes
        && !(_old.TryGetValue(file.Key, out var before) && before.SequenceEqual(file.Value));

    private Dictionary<string, byte[]> Contents() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(_folder, file)).Where(file => !file.Contains(".partial", StringComparison.Ordinal) && !file.EndsWith(".checkpoint.safetensors", StringComparison.Ordinal))
        .ToDictionary(file => file, file => File.ReadAllBytes(Path.Combine(_folder, file)));

    private IEnumerable<string> Stale() => Directory.EnumerateFileSystemEntries(_folder, ".*", SearchOption.AllDirectories).Concat(Directory.EnumerateFileSystemEntries(_folder, "*.partial*", SearchOption.AllDirectories));

    private void Restore()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
        foreach (var (name, bytes) in _old)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
            File.WriteAllBytes(Path.Combine(_folder, name), bytes);
        }
    }

    private void ToItsEnd(string[] command)
    {
        var run = VaedaProcess.RunIn(_folder, command);
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
