using System.Text.Json;
using VaeDa.Files;

namespace VaeDa.Cli.Tests.Commands.Train;

/// <summary>A model that was trained before is given a memory.</summary>
public sealed class MemoryOfTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_memory_is_added_or_it_is_said_that_there_is_none()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "train", weather.Archive, "--memory-of", weather.Model, "--out", "new.safetensors", "--threads", "1", "--json");
        var (old, path) = (SafetensorsFile.Read(weather.Model), _folder.File("new.safetensors"));
        if (!old.Contains("memory"))
        {
            // Training has found none either.
            Assert.Equal((1, "", false), (run.ExitCode, run.Output, File.Exists(path)));
            Assert.Contains("there is no memory to add", run.Error.TrimEnd().Split('\n')[^1]);
            return;
        }

        Assert.True(run.ExitCode == 0, run.Error);
        var made = SafetensorsFile.Read(path);
        Assert.All(old.Names.Where(name => name != "memory"), name => Assert.Equal(old.Floats(name), made.Floats(name)));
        // Measured with the patterns as the file has them, two bytes a value.
        Assert.All(old.Floats("memory").Zip(made.Floats("memory")), pair => Assert.Equal(pair.First, pair.Second, 0.001));
        var memory = JsonDocument.Parse(run.Output).RootElement.GetProperty("memory");
        Assert.Equal(JsonDocument.Parse(made.Metadata["vaeda"]).RootElement.GetProperty("memory").GetProperty("oneStepError").GetDouble(), memory.GetProperty("oneStepError").GetDouble());
        Assert.InRange(memory.GetProperty("oneStepError").GetDouble(), 0, 1);
    }

    [Theory]
    [InlineData(2, "--epochs is for training", "--epochs", "3")]
    [InlineData(2, "--resume is for training", "--resume")]
    public void Options_of_training_are_refused(int exit, string message, params string[] more) =>
        AssertRefused(exit, message, VaedaProcess.RunIn(_folder.Path, ["train", weather.Archive, "--memory-of", weather.Model, "--out", "new.safetensors", .. more]));

    [Fact]
    public void An_archive_of_another_grid_is_refused() =>
        AssertRefused(1, "the model is of", VaedaProcess.RunIn(_folder.Path, "train", weather.Archive, "--memory-of", weather.RegionModel, "--out", "new.safetensors"));

    [Fact]
    public void An_archive_of_other_fields_is_refused()
    {
        WeatherFile.Write(_folder.File("land.nc"), WeatherFile.Globe, landOnly: true);
        var prepared = VaedaProcess.RunIn(_folder.Path, "prepare", "land.nc", "--out", "other");
        Assert.True(prepared.ExitCode == 0, prepared.Error);
        var run = VaedaProcess.RunIn(_folder.Path, "train", "other", "--memory-of", weather.Model, "--out", "new.safetensors");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("other: its anomalies are from another climatology", Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.False(File.Exists(_folder.File("new.safetensors")));
    }

    private void AssertRefused(int exit, string message, VaedaProcess run)
    {
        Assert.Equal((exit, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
