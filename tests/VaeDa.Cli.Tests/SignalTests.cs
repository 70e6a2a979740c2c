namespace VaeDa.Cli.Tests;

public sealed class SignalTests(Weather weather) : IDisposable
{
    private const int Again = 2;

    // One is promised; a machine may have other work.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", false)]
    [InlineData("TERM", false)]
    [InlineData("INT", true)]
    public void An_animation_ends_and_leaves_nothing(string signal, bool isIgnored) =>
        Interrupted(1500, signal, isIgnored, "plot", weather.Archive, "--animate", "a.webp", "--width", "1500");

    [Theory(Explicit = true)]
    [Trait("Set", "CI")]
    [InlineData("prepare", 400)]
    [InlineData("assimilate", 600)]
    [InlineData("validate", 1500)]
    [InlineData("sample", 1500)]
    [InlineData("convert", 1500)]
    [InlineData("train --memory-of", 600)]
    public void Each_verb_ends_and_leaves_nothing(string verb, int milliseconds) => Interrupted(milliseconds, "INT", false, verb switch
    {
        "prepare" => ["prepare", .. Enumerable.Repeat(Path.Combine(Path.GetDirectoryName(weather.Archive)!, "globe.nc"), 1), "--out", "a"],
        "assimilate" => ["assimilate", weather.Observations, "--model", weather.Model, "--members", "2000", "--method", "hmc", "--out", "d"],
        "validate" => ["validate", weather.Model, "--archive", weather.Archive, "--assimilation", "--dates", "300", "--adam-dates", "0", "--network", "dense", "--out", "v"],
        "sample" => ["sample", weather.Model, "--count", "100000", "--out", "s.nc"],
        "convert" => ["convert", weather.Archive, "--onto", weather.Archive, "--model", weather.Model, "--epochs", "1", "--dates", "300", "--out", "c.safetensors"],
        _ => ["train", weather.Archive, "--memory-of", weather.Model, "--out", "m.safetensors"],
    });

    [Fact]
    public void A_file_of_a_checkpoint_is_all_that_training_leaves()
    {
        var run = VaedaProcess.Interrupt("INT", "epoch   1/500", _folder.Path, "train", weather.Archive, "--latent", "4", "--epochs", "500", "--patience", "0", "--threads", "1", "--out", "m.safetensors");
        Assert.Equal(130, run.ExitCode);
        Assert.Equal(["m.checkpoint.safetensors"], Left);
    }

    private IEnumerable<string?> Left => Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName);

    private void Interrupted(int milliseconds, string signal, bool isIgnored, params string[] command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        var (run, until) = VaedaProcess.InterruptAfter(milliseconds, signal, isIgnored, _folder.Path, command);
        // Where the tests' parent ignores interrupts, one that comes before a process on a busy machine has begun to listen is lost.
        for (var again = 1; run.ExitCode == 0 && again <= Again; again++)
        {
            Directory.Delete(_folder.Path, recursive: true);
            Directory.CreateDirectory(_folder.Path);
            (run, until) = VaedaProcess.InterruptAfter(2 * again * milliseconds, signal, isIgnored, _folder.Path, command);
        }

        Assert.Equal((130, ""), (run.ExitCode, run.Output));
        // Last, but for what the work said in its last half second.
        Assert.Contains("vaeda: interrupted", run.Error.Split('\n'));
        Assert.True(until < Most, $"{until.TotalSeconds:f1} s");
        Assert.DoesNotContain(Left, name => name != "c.checkpoint.safetensors");
    }
}
