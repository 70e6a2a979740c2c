namespace VaeDa.Cli.Tests.Cases;

/// <summary>The commands of a check, run in a folder of its own up to the first that fails.</summary>
internal sealed class CheckRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CaseFile _case;
    private readonly Dictionary<string, byte[]?> _before = [];

    public CheckRun(CaseFile of, Check check)
    {
        _case = of;
        of.CopyTo(_folder.Path);
        foreach (var file in check.Generate ?? [])
        {
            file.MakeIn(_folder.Path);
        }

        Ended = new VaedaProcess(0, "", "");
        for (var i = 0; i < check.Commands.Length && Ended.ExitCode == 0; i++)
        {
            Command = check.Commands[i];
            IsAtLast = i == check.Commands.Length - 1;
            if (IsAtLast)
            {
                _before = (check.Right.Unchanged ?? []).ToDictionary(file => file, Bytes);
            }

            if (check.Interrupt is { } interrupt && interrupt.Command == i)
            {
                Ended = VaedaProcess.Interrupt(interrupt.Signal, interrupt.AfterLineThatStarts, _folder.Path, Command.Split(' '));
                Assert.Equal(interrupt.ExitCode, Ended.ExitCode);
                Ended = Ended with { ExitCode = 0 };
            }
            else
            {
                (Ended, Cost) = GuardedProcess.Run(check.Guard ?? new Guard(), _folder.Path, Command.Split(' '));
            }
        }
    }

    /// <summary>The command that was the last to run.</summary>
    public string Command { get; } = "";

    public bool IsAtLast { get; }

    /// <summary>Of <see cref="Command"/>.</summary>
    public VaedaProcess Ended { get; }

    public Cost Cost { get; } = new(0, 0);

    public string PathOf(string file) => _folder.File(file);

    public bool IsThere(string file) => Path.Exists(PathOf(file));

    public bool IsChanged(string file) => Bytes(file) is not { } now || _before[file] is not { } before || !now.AsSpan().SequenceEqual(before);

    /// <summary>Another check of the same case.</summary>
    public CheckRun Beside(string name) => new(_case, _case.Checks.Single(check => check.Name == name));

    public void Dispose() => _folder.Dispose();

    private byte[]? Bytes(string file) => File.Exists(PathOf(file)) ? File.ReadAllBytes(PathOf(file)) : null;
}
