using System.Text.RegularExpressions;

namespace VaeDa.Cli.Tests.Pages;

public sealed partial class TroubleshootingPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "docs/troubleshooting.md"));

    /// <summary>As the headings have them, with … for what differs from one to another.</summary>
    private static readonly string[] Messages = [.. Heading().Matches(Page).Select(match => match.Groups["message"].Value)];

    [Fact]
    public void Each_message_on_the_page_is_on_one_line_of_a_source_with_its_fixed_parts_in_their_order()
    {
        Assert.InRange(Messages.Length, 25, 100);
        var lines = Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).SelectMany(File.ReadLines).ToList();
        Assert.All(Messages, message => Assert.True(lines.Any(line => SaysIt(line, message)), $"docs/troubleshooting.md: no line of a source says '{message}'"));
    }

    [Theory]
    [InlineData("assimilate", "nofile.csv")]
    [InlineData("assimilate", "mid", "--model", "nomodel")]
    [InlineData("assimilate", "mid", "--time", "1999-01-15")]
    [InlineData("assimilate", "mid", "--membres", "3")]
    [InlineData("asimilate")]
    [InlineData("prepare", "nofile.nc", "--out", "archive")]
    [InlineData("train", "nofolder")]
    public void What_a_new_user_does_wrong_is_on_the_page(params string[] arguments)
    {
        var run = VaedaProcess.Run(arguments);
        Assert.NotEqual(0, run.ExitCode);
        Assert.True(Messages.Any(message => SaysIt(run.Error.TrimEnd().Split('\n')[^1], message)), $"docs/troubleshooting.md has nothing on: {run.Error}");
    }

    private static bool SaysIt(string text, string message)
    {
        var from = 0;
        foreach (var part in message.Split('…', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var found = text.IndexOf(part, from, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            from = found + part.Length;
        }

        return true;
    }

    [GeneratedRegex(@"^### `(?<message>[^`]+)`$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
