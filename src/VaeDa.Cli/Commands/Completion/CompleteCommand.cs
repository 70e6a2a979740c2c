using System.CommandLine;

namespace VaeDa.Cli.Commands.Completion;

/// <summary>
/// What the scripts of <see cref="CompletionCommand"/> ask: given the words after <c>vaeda</c>, as far as they are typed, it prints what the
/// last one may become, a line each, and at the end <c>:files</c> where it may be a path too.
/// </summary>
internal sealed class CompleteCommand : Command
{
    public readonly Argument<string[]> Words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore };

    public CompleteCommand()
        : base("complete", "Answers a shell.")
    {
        Hidden = true;
        Arguments.Add(Words);
        SetAction(parsed =>
        {
            foreach (var line in Answer.To((RootCommand)parsed.RootCommandResult.Command, parsed.GetValue(Words)!))
            {
                Console.Out.WriteLine(line);
            }

            return ExitCode.Done;
        });
    }
}
