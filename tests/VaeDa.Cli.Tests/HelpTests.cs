using System.Text.RegularExpressions;

namespace VaeDa.Cli.Tests;

public sealed class HelpTests
{
    private const int Columns = 80;
    private const int Rows = 24;

    [Fact]
    public void The_first_help_is_one_screen_with_a_line_for_each_verb()
    {
        var lines = Help();
        // The prompt takes a line too.
        Assert.InRange(lines.Length, 1, Rows - 1);
        AssertFits(lines);
        foreach (var verb in Verbs())
        {
            Assert.Single(lines, line => line.StartsWith($"  {verb} ", StringComparison.Ordinal));
        }

        Assert.Contains(lines, line => line.Contains("README.md", StringComparison.Ordinal));
    }

    [Fact]
    public void Help_of_each_verb_has_each_option_once_in_a_group_and_fits()
    {
        foreach (var verb in Verbs())
        {
            var lines = Help(verb);
            AssertFits(lines);
            var others = Array.IndexOf(lines, "Others");
            Assert.True(others < 0, $"vaeda {verb}: an option has no group; give it one, as 'Group = OptionGroup.Input', in the verb's Command: {string.Join(' ', lines.Skip(others + 1).TakeWhile(l => l.Length > 0))}");
            foreach (var option in Known(verb, "-").Where(o => o != "--help"))
            {
                var times = lines.Count(line => Regex.IsMatch(line, $"^  {option}(,| |$)"));
                Assert.True(times == 1, $"vaeda {verb} --help has {option} {times} times");
            }
        }
    }

    [Fact]
    public void A_default_stands_once()
    {
        foreach (var verb in Verbs())
        {
            // An entry begins with two blanks; its other lines have more.
            foreach (var entry in Regex.Split(string.Join('\n', Help(verb)), @"\n(?=  \S)"))
            {
                Assert.True(Regex.Count(entry, @"\[default") <= 1, $"vaeda {verb} --help: {entry}");
            }
        }

        Assert.Contains("[default: 20]", string.Join('\n', Help("assimilate")));
    }

    [Fact]
    public void Every_example_is_understood()
    {
        var commands = Verbs().SelectMany(verb =>
        {
            var examples = Examples(verb);
            Assert.True(examples.Length > 0, $"vaeda {verb} --help has no examples: its Command derives from Verb and has them");
            return examples;
        }).ToList();
        Parallel.ForEach(commands, command =>
        {
            // Understood, and not run.
            var run = VaedaProcess.Run(["[diagram]", .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)]);
            Assert.True(run.ExitCode == 0 && !run.Output.Contains("???", StringComparison.Ordinal), $"{command}: {run.Error}");
        });
    }

    [Theory]
    [InlineData("there is no verb 'asimilate'; did you mean 'assimilate'?", "asimilate")]
    [InlineData("there is no verb 'plto'; did you mean 'plot'?", "plto", "--help")]
    [InlineData("there is no verb 'frobnicate' (", "frobnicate")]
    [InlineData("there is no option '--membres'; did you mean '--members'?", "assimilate", "mid", "--membres", "3")]
    [InlineData("there is no option '--membres'; did you mean '--members'?", "assimilate", "--membres=3")]
    [InlineData("there is no option '--network' here; 'vaeda validate', 'vaeda observe'", "assimilate", "--network", "mid")]
    [InlineData("there is no option '-x' (", "plot", "-x")]
    [InlineData("a verb is missing")]
    public void What_is_misspelt_is_told_with_what_it_may_have_been_meant_to_be(string expected, params string[] arguments)
    {
        var run = VaedaProcess.Run(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd().Split('\n')));
    }

    private static void AssertFits(string[] lines) => Assert.All(lines, line => Assert.InRange(line.Length, 0, Columns));

    private static string[] Verbs() => Known("");

    /// <summary>What the last of some words may become.</summary>
    private static string[] Known(params string[] words) => VaedaProcess.Run(["complete", "--", .. words]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Help(params string[] verb)
    {
        var run = VaedaProcess.Run([.. verb, "--help"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output.TrimEnd('\n').Split('\n');
    }

    private static string[] Examples(string verb)
    {
        var help = string.Join('\n', Help(verb)).Replace(" \\\n", " ", StringComparison.Ordinal);
        var start = help.IndexOf("\nExamples\n", StringComparison.Ordinal);
        return start < 0 ? [] : help[(start + "\nExamples\n".Length)..].Split('\n');
    }
}
