namespace VaeDa.Cli.Tests.Pages;

public sealed class OptionsPageTests
{
    private static readonly string Path = System.IO.Path.Combine(SharedData.RepositoryRoot, "docs/options.md");

    [Fact]
    public void The_page_of_options_says_what_the_executable_says()
    {
        var verbs = VaedaProcess.Run("complete", "--", "").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var page = OptionsPage.Of(verbs.Select(verb => (verb, VaedaProcess.Run(verb, "--help").Output.ReplaceLineEndings("\n"))));
        if (Environment.GetEnvironmentVariable("VAEDA_WRITE_PAGES") == "1")
        {
            File.WriteAllText(Path, page);
        }

        Assert.Contains("`--members N`", page);
        Assert.Equal(page, File.ReadAllText(Path).ReplaceLineEndings("\n"));
    }
}
