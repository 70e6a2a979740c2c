using System.Diagnostics;

namespace VaeDa.Cli.Tests.Commands.Completion;

/// <summary>The scripts, asked by the shells that they are for, where these are installed.</summary>
public sealed class CompletionCommandTests : IDisposable
{
    private const string NoBash = "bash is not installed";
    private const string NoZsh = "zsh is not installed";
    private const string NoFish = "fish is not installed";

    // What zsh calls with its answers prints them.
    private const string AskZsh = """
        compdef() { : }; source vaeda.zsh
        compadd() { print -rl -- "${(@P)@[-1]}" }
        _files() { print -rl -- ${words[-1]}*(N) }
        words=("$@"); [[ ${words[-1]} == EMPTY ]] && words[-1]=""
        CURRENT=$#words; _vaeda
        """;

    private const string AskBash = """
        source vaeda.bash
        COMP_WORDS=("$@"); [[ ${COMP_WORDS[-1]} == EMPTY ]] && COMP_WORDS[-1]=""
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _vaeda; printf '%s\n' "${COMPREPLY[@]}"
        """;

    private readonly TemporaryFolder _folder = new();

    public CompletionCommandTests()
    {
        Directory.CreateDirectory(_folder.File("stations"));
        _folder.Write("obs.csv", "");
    }

    public static bool HasBash { get; } = Has("bash");

    public static bool HasZsh { get; } = Has("zsh");

    public static bool HasFish { get; } = Has("fish");

    public static TheoryData<string, string[], string[]> Questions => new()
    {
        { "as", ["assimilate"], [] },
        { "EMPTY", ["assimilate", "plot", "doctor"], ["complete", "obs.csv", "--help"] },
        { "assimilate --membe", ["--members"], ["--memory"] },
        { "validate --network EMPTY", ["sparse", "mid", "dense"], ["--archive"] },
        { "validate --network mid EMPTY", ["sparse", "dense"], ["--archive"] },
        { "validate --part EMPTY", ["training", "validation", "test"], ["obs.csv", "stations"] },
        { "assimilate --model sp", ["speedy-ta"], ["obs.csv"] },
        { "assimilate EMPTY", ["mid", "obs.csv"], ["--members", "validation"] },
        { "prepare st", ["stations"], ["obs.csv"] },
        { "train --epochs EMPTY", [], ["obs.csv"] },
        { "completion EMPTY", ["bash", "fish", "zsh"], ["obs.csv"] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory(Skip = NoBash, SkipUnless = nameof(HasBash))]
    [MemberData(nameof(Questions))]
    public void Bash_completes(string typed, string[] has, string[] hasNot) =>
        AssertAnswer(Asked("bash", ["--norc", "-c", AskBash, "bash", "vaeda", .. typed.Split(' ')]), has, hasNot);

    [Theory(Skip = NoZsh, SkipUnless = nameof(HasZsh))]
    [MemberData(nameof(Questions))]
    public void Zsh_completes(string typed, string[] has, string[] hasNot) =>
        AssertAnswer(Asked("zsh", ["-f", "-c", AskZsh, "zsh", "vaeda", .. typed.Split(' ')]), has, hasNot);

    [Theory(Skip = NoFish, SkipUnless = nameof(HasFish))]
    [MemberData(nameof(Questions))]
    public void Fish_completes(string typed, string[] has, string[] hasNot) =>
        AssertAnswer(Asked("fish", ["--no-config", "-c", $"source vaeda.fish; complete -C 'vaeda {typed.Replace("EMPTY", "", StringComparison.Ordinal)}'"]), has, hasNot);

    [Fact]
    public void Another_shell_is_a_usage_error()
    {
        var run = VaedaProcess.Run("completion", "tcsh");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("tcsh", Assert.Single(run.Error.TrimEnd().Split('\n')));
    }

    private static void AssertAnswer(string[] answer, string[] has, string[] hasNot)
    {
        Assert.Superset(has.ToHashSet(), answer.ToHashSet());
        Assert.DoesNotContain(answer, hasNot.Contains);
    }

    /// <summary>What a shell offers, with our script sourced and the executable in its path.</summary>
    private string[] Asked(string shell, string[] arguments)
    {
        var script = VaedaProcess.Run("completion", shell);
        Assert.Equal((0, ""), (script.ExitCode, script.Error));
        _folder.Write($"vaeda.{shell}", script.Output);
        var start = new ProcessStartInfo(shell, arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{VaedaProcess.BuiltFolder}:{start.Environment["PATH"]}";
        start.Environment["HOME"] = _folder.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Empty(error.Result);
        return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('/'))];
    }

    private static bool Has(string shell) => OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, shell)));
}
