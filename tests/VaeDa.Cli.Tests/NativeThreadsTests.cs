namespace VaeDa.Cli.Tests;

/// <summary>What OpenMP says of itself when libtorch loads it.</summary>
public sealed class NativeThreadsTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static bool IsLinux => OperatingSystem.IsLinux();

    public void Dispose() => _folder.Dispose();

    [Theory(Skip = "another system's OpenMP says other things", SkipUnless = nameof(IsLinux))]
    [InlineData("", "", "1000")]
    [InlineData("GOMP_SPINCOUNT", "77", "77")]
    [InlineData("OMP_WAIT_POLICY", "active", "30000000000")]
    public void Threads_wait_awake_for_a_short_while_unless_the_user_wants_it_otherwise(string variable, string value, string spinCount)
    {
        var environment = new Dictionary<string, string> { ["OMP_DISPLAY_ENV"] = "verbose" };
        if (variable != "")
        {
            environment[variable] = value;
        }

        var run = VaedaProcess.RunWith(environment, _folder.Path, "assimilate", weather.Observations, "--model", weather.Model, "--members", "2", "--out", "analysis");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"GOMP_SPINCOUNT = '{spinCount}'", run.Error);
    }
}
