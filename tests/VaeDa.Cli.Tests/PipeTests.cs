namespace VaeDa.Cli.Tests;

public sealed class PipeTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Vaeda => Path.Combine(VaedaProcess.BuiltFolder, "vaeda");

    [Theory]
    [InlineData("cat '{0}' | '{1}' assimilate /dev/stdin")]
    [InlineData("gzip -c '{0}' | '{1}' assimilate /dev/stdin")]
    [InlineData("mkfifo pipe; cat '{0}' > pipe & '{1}' assimilate pipe")]
    public void Observations_that_come_through_a_pipe_are_those_of_the_file(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such pipes");
        string options = $" --model '{weather.Model}' --members 0 --no-pictures --threads 1 --out ";
        var piped = Shell(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, weather.Observations, Vaeda) + options + "piped");
        Assert.True(piped.ExitCode == 0, piped.Error);
        var file = Shell($"'{Vaeda}' assimilate '{weather.Observations}'{options}file");
        Assert.Equal(0, file.ExitCode);
        Assert.Equal(Values("file"), Values("piped"));
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void A_pipe_that_nobody_writes_to_is_refused_and_so_are_devices()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such pipes");
        var run = Shell($"mkfifo pipe; '{Vaeda}' assimilate pipe");
        Assert.Equal((1, "", "vaeda: pipe: a pipe that nobody has opened to write to within 10 seconds; start what writes to it first\n"), (run.ExitCode, run.Output, run.Error));
        run = Shell($"'{Vaeda}' assimilate '{weather.Observations}' --model pipe");
        Assert.Equal((1, "", "vaeda: pipe: a pipe, which can be read once; save what comes through it as a file\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("archive.json")]
    [InlineData("climatology.nc")]
    [InlineData("anomaly_2001.nc")]
    public void A_pipe_in_an_archive_is_refused_and_not_waited_for(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such pipes");
        var run = Shell($"cp -r '{weather.Archive}' a && rm a/{file} && mkfifo a/{file} && timeout 60 '{Vaeda}' plot a --time {Weather.Day} --out p.png");
        Assert.Equal((1, $"vaeda: a/{file}: a pipe, which can be read once; save what comes through it as a file"), (run.ExitCode, run.Error.TrimEnd()));
    }

    private float[] Values(string analysis)
    {
        using var dataset = VaeDa.Files.Netcdf.NetcdfDataset.Open(_folder.File($"{analysis}/analysis.nc"));
        return [.. dataset.ReadAll(dataset.Variables.First(v => v.Name.EndsWith("_analysis", StringComparison.Ordinal))).Select(x => (float)x)];
    }

    private VaedaProcess Shell(string command) => VaedaProcess.RunAt("sh", _folder.Path, "-c", command);
}
