using System.Text.Json;

namespace VaeDa.Cli.Tests.Commands.Train;

/// <summary>The shared case 18: an archive made again, of the same file, of another variable and of other values of the same times.</summary>
public sealed class ResumeOtherArchiveTests : IDisposable
{
    private const string Checkpoint = "m.checkpoint.safetensors";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_archive_made_again_of_the_same_file_goes_on()
    {
        Prepare("t2m.nc");
        Succeed(Train(3));
        Prepare("t2m.nc");
        var resumed = Train(3, "--resume", "--json");
        Succeed(resumed);
        var explained = JsonDocument.Parse(resumed.Output).RootElement.GetProperty("scores").GetProperty("t2m_validation_explained_variance").GetDouble();
        Assert.Equal(0.3314, explained, 0.005);
    }

    [Theory]
    [InlineData("psl.nc", "fields: 96 of psl [Pa]", "of the checkpoint 96 of t2m [K]")]
    [InlineData("t2m-other-values.nc", "the values of the archive's training fields: ", ", of the checkpoint ")]
    public void An_archive_of_another_variable_or_of_other_values_is_refused_after_a_run_that_had_ended(string other, params string[] said)
    {
        Prepare("t2m.nc");
        Succeed(Train(3));
        Prepare(other);
        string[] files = [Checkpoint, "m.safetensors"];
        var before = Array.ConvertAll(files, file => File.ReadAllBytes(_folder.File(file)));
        AssertRefused(Train(3, "--resume"), said);
        Assert.Equal(before, Array.ConvertAll(files, file => File.ReadAllBytes(_folder.File(file))));
    }

    [Fact]
    public void And_after_one_that_was_interrupted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        Prepare("t2m.nc");
        var interrupted = VaedaProcess.Interrupt("INT", "epoch   5/60", _folder.Path, Arguments(60));
        Assert.Equal(130, interrupted.ExitCode);
        Prepare("psl.nc");
        var before = File.ReadAllBytes(_folder.File(Checkpoint));
        AssertRefused(Train(60, "--resume"), "psl [Pa]");
        Assert.Equal(before, File.ReadAllBytes(_folder.File(Checkpoint)));
        Assert.False(File.Exists(_folder.File("m.safetensors")));
    }

    private static void AssertRefused(VaedaProcess run, params string[] said)
    {
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        var line = run.Error.TrimEnd().Split('\n')[^1];
        Assert.StartsWith($"vaeda: {Checkpoint}: the checkpoint is of another archive: ", line, StringComparison.Ordinal);
        Assert.All(said, text => Assert.Contains(text, line));
    }

    private static void Succeed(VaedaProcess run) => Assert.True(run.ExitCode == 0, run.Error);

    private static string[] Arguments(int epochs) => ["train", "a", "--out", "m.safetensors", "--latent", "4", "--epochs", $"{epochs}", "--patience", "0", "--threads", "1"];

    private void Prepare(string file) =>
        Succeed(VaedaProcess.RunIn(_folder.Path, "prepare", SharedData.Case("18-resume-other-data", file), "--out", "a", "--validation-years", "1991-1992", "--test-years", "1993-1994"));

    private VaedaProcess Train(int epochs, params string[] more) => VaedaProcess.RunIn(_folder.Path, [.. Arguments(epochs), .. more]);
}
