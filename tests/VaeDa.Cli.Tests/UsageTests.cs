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
    public void A_parse_error_is_one_line_even_where_the_parser_lists_what_is_allowed()
    {
        var run = VaedaProcess.Run("assimilate", "--method", "newton");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        var lines = run.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("vaeda: ", lines[0]);
        Assert.Contains("'newton'", lines[0]);
        Assert.Contains("'gauss-newton' 'adam'", lines[0]);
        Assert.Equal("vaeda: see 'vaeda assimilate --help'", lines[1].TrimEnd());
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
