using System.CommandLine;

namespace VaeDa.Cli.Commands.Completion;

internal sealed class CompletionCommand : Verb
{
    public readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh or fish." };

    public override string Summary => "Print the script that completes verbs and options in a shell.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda completion bash",
        "vaeda completion zsh",
        "vaeda completion fish",
    ];

    public CompletionCommand()
        : base("completion", "Print the script with which a shell completes verbs, options, and names of bundled files.\n\n"
            + "In bash add to ~/.bashrc: source <(vaeda completion bash). In zsh add to ~/.zshrc, after compinit: source <(vaeda completion zsh). "
            + "In fish: vaeda completion fish > ~/.config/fish/completions/vaeda.fish.")
    {
        Shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(Shell);
        SetAction(parsed =>
        {
            using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"vaeda.{parsed.GetValue(Shell)}")!;
            Console.Out.Write(new StreamReader(script).ReadToEnd());
            return ExitCode.Done;
        });
    }
}
