using System.Text.Json;
using VaeDa.Files;

namespace VaeDa.Cli.Tests.Commands.Train;

public sealed class TrainCommandTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_file_says_what_it_is_and_where_it_came_from()
    {
        var file = SafetensorsFile.Read(weather.Model);
        var card = JsonDocument.Parse(file.Metadata["vaeda"]).RootElement;
        Assert.Equal(("default", 8), (card.GetProperty("spec").GetProperty("preset").GetString(), card.GetProperty("spec").GetProperty("latentSize").GetInt32()));
        Assert.Equal(WeatherFile.Globe.Latitudes, card.GetProperty("grid").GetProperty("latitudes").EnumerateArray().Select(l => l.GetDouble()));
        Assert.Equal(WeatherFile.Globe.Longitudes, card.GetProperty("grid").GetProperty("longitudes").EnumerateArray().Select(l => l.GetDouble()));
        var provenance = card.GetProperty("provenance");
        Assert.StartsWith("vaeda train", provenance.GetProperty("command").GetString());
        Assert.Equal(1, provenance.GetProperty("seed").GetInt64());
        Assert.Contains("fields, 2001-01-01 to 2002-", provenance.GetProperty("training").GetString());
        Assert.StartsWith("2.", provenance.GetProperty("versions").GetProperty("libtorch").GetString());
        var scores = card.GetProperty("scores");
        // The noise of the made-up fields is 0.3 K, and 8 numbers carry almost all else.
        Assert.InRange(scores.GetProperty("t2m_validation_rmse").GetDouble(), 0.25, 0.5);
        Assert.InRange(scores.GetProperty("t2m_validation_explained_variance").GetDouble(), 0.95, 1);
        Assert.Equal([8], file.Shape("latent_variance"));
        Assert.Equal([1, 8, 16], file.Shape("generator_error"));
        Assert.All(file.Floats("generator_error"), error => Assert.InRange(error, 0.05f, 2));
    }

    [Fact]
    public void History_picture_and_checkpoint_lie_beside_the_model()
    {
        var history = new ParquetTable(Path.ChangeExtension(weather.Model, ".history.parquet"));
        Assert.Equal([0, 1, 2, 3], history.Numbers("epoch"));
        Assert.All(history.Numbers("validation_loss"), loss => Assert.True(double.IsFinite(loss)));
        Assert.True(double.IsNaN(history.Numbers("training_loss")[0]));
        Assert.All(history.Numbers("training_loss").Skip(1), loss => Assert.True(double.IsFinite(loss)));
        var (width, height) = PngFile.SizeOf(Path.ChangeExtension(weather.Model, ".history.png"));
        Assert.True(width > 300 && height > 300);
        Assert.Equal(4, PlaceOf(Path.ChangeExtension(weather.Model, ".checkpoint.safetensors")).Epoch);
    }

    [Fact]
    public void The_seed_preset_trains_the_reference_network_on_a_region()
    {
        var card = JsonDocument.Parse(SafetensorsFile.Read(weather.RegionModel).Metadata["vaeda"]).RootElement;
        Assert.Equal("seed", card.GetProperty("spec").GetProperty("preset").GetString());
        Assert.Equal(4, card.GetProperty("spec").GetProperty("latentSize").GetInt32());
        Assert.Equal(11, card.GetProperty("grid").GetProperty("longitudes").GetArrayLength());
    }

    [Fact]
    public void A_run_interrupted_and_resumed_ends_at_the_same_bits_as_one_that_was_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        // As a queue runs it, which starts it again and again.
        string[] command = ["train", weather.Archive, .. Weather.TrainingOptions, "--out", "model.safetensors", "--resume"];
        var interrupted = VaedaProcess.Interrupt("INT", "epoch   1/3", _folder.Path, command);
        Assert.Equal((130, ""), (interrupted.ExitCode, interrupted.Output));
        Assert.EndsWith("vaeda: interrupted", interrupted.Error.TrimEnd());
        Assert.Contains("there is no checkpoint model.checkpoint.safetensors yet: the training starts", interrupted.Error);
        Assert.Contains("checkpoint at model.checkpoint.safetensors", interrupted.Error);
        Assert.False(File.Exists(_folder.File("model.safetensors")));
        Assert.InRange(PlaceOf(_folder.File("model.checkpoint.safetensors")).Epoch, 2, 3);

        var resumed = VaedaProcess.RunIn(_folder.Path, [.. command, "--json"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.DoesNotContain("there is no checkpoint", resumed.Error);
        Assert.DoesNotContain("epoch   1/3", resumed.Error);
        Assert.Equal("model.safetensors", JsonDocument.Parse(resumed.Output).RootElement.GetProperty("model").GetString());
        var (straight, afterStop) = (SafetensorsFile.Read(weather.Model), SafetensorsFile.Read(_folder.File("model.safetensors")));
        Assert.Equal(straight.Names, afterStop.Names);
        Assert.All(straight.Names, name => Assert.Equal(straight.Floats(name).Select(BitConverter.SingleToInt32Bits), afterStop.Floats(name).Select(BitConverter.SingleToInt32Bits)));
        Assert.Equal([0, 1, 2, 3], new ParquetTable(_folder.File("model.history.parquet")).Numbers("epoch"));
    }

    [Fact]
    public void A_batch_system_s_sigterm_leaves_a_checkpoint_that_serves_no_other_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        string[] command = ["train", weather.Archive, "--latent", "4", "--epochs", "50", "--threads", "1", "--out", "model.safetensors"];
        var interrupted = VaedaProcess.Interrupt("TERM", "default network", _folder.Path, command);
        Assert.Equal(130, interrupted.ExitCode);
        var (epoch, step) = PlaceOf(_folder.File("model.checkpoint.safetensors"));
        Assert.True(epoch == 1 && step >= 1, $"epoch {epoch}, step {step}");
        Assert.Equal(["model.checkpoint.safetensors"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));

        var other = VaedaProcess.RunIn(_folder.Path, [.. command, "--resume", "--seed", "2"]);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("the checkpoint is of another run", other.Error.TrimEnd().Split('\n')[^1]);
    }

    [Theory]
    [InlineData("'big'", "--preset", "big")]
    [InlineData("'many'", "--latent", "many")]
    [InlineData("tpu", "--device", "tpu")]
    [InlineData("there is no option '--epoch'", "--epoch", "3")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string named, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["train", .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("vaeda: ", run.Error);
        Assert.Contains(named, run.Error);
        Assert.EndsWith("(see 'vaeda train --help')", Assert.Single(run.Error.TrimEnd().Split('\n')));
    }

    [Theory]
    [InlineData("nowhere", "--out", "m.safetensors", "nowhere")]
    [InlineData("", "--out", "model.bin", "ends in .safetensors")]
    [InlineData("", "--epochs", "0", "epochs is 0; it must be at least 1")]
    [InlineData("", "--latent", "0", "0 latents")]
    public void What_cannot_be_trained_is_refused_on_one_line(string archive, string option, string value, string message)
    {
        var run = VaedaProcess.RunIn(_folder.Path, "train", archive.Length > 0 ? archive : weather.Archive, option, value);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("vaeda: ", run.Error);
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void More_latents_than_fields_are_refused_with_what_would_be_right()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "train", weather.Archive, "--latent", "2000");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("choose a smaller latent size", run.Error.TrimEnd().Split('\n')[^1]);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static (int Epoch, int Step) PlaceOf(string checkpoint)
    {
        var place = JsonDocument.Parse(SafetensorsFile.Read(checkpoint).Metadata["checkpoint"]).RootElement;
        return (place.GetProperty("epoch").GetInt32(), place.GetProperty("step").GetInt32());
    }
}
