namespace VaeDa.Cli.Tests;

public class UsageTests
{
    [Fact]
    public void A_missing_verb_is_a_usage_error_on_one_line_of_stderr()
    {
        var run = VaedaProcess.Run("asimilate");
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("asimilate", run.Error);
    }

    [Fact]
    public void Help_is_on_stdout()
    {
        var run = VaedaProcess.Run("--help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage:", run.Output);
        Assert.Empty(run.Error);
    }
}
