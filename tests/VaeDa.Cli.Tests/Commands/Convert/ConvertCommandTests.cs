using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Files.Netcdf;

namespace VaeDa.Cli.Tests.Commands.Convert;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly Weather _weather;
    private readonly TemporaryFolder _folder = new();

    public ConvertCommandTests(Weather weather)
    {
        _weather = weather;
        var coarse = VaedaProcess.RunIn(_folder.Path, "prepare", Path.ChangeExtension(weather.Archive, ".nc"), "--coarsen", "2", "--out", "coarse");
        Assert.True(coarse.ExitCode == 0, coarse.Error);
        Assert.Contains("4×8", coarse.Output);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_converter_is_trained_scored_and_drawn_and_converts_with_members_and_spread()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "convert", "coarse", "--onto", _weather.Archive, "--model", _weather.Model, "--out", "up.safetensors", "--epochs", "1", "--dates", "12", "--threads", "1");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("730 times in both archives (0 only in coarse, 0 only in", run.Error);
        Assert.All((string[])["converter", "interpolation", "interpolation+regression-8", "interpolation+regression-16", "climatology"], method => Assert.Contains($" {method} ", run.Output));
        Assert.Matches(@"t2m: rmse [+-][0-9.]+% \[.*\] against interpolation", run.Output);
        Assert.Equal(
            ["up.checkpoint.safetensors", "up.history.parquet", "up.png", "up.safetensors", "up.scores.parquet"],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(PngFile.SizeOf(_folder.File("up.png")).Width > 1000);
        var scores = new ParquetTable(_folder.File("up.scores.parquet"));
        double Rmse(string method) => Enumerable.Range(0, scores.Rows).Where(i => scores.Texts("method")[i] == method).Average(i => scores.Numbers("rmse")[i]);
        Assert.True(Rmse("converter") < Rmse("interpolation") && Rmse("interpolation") < Rmse("climatology"), run.Output);
        var (model, file) = (SafetensorsFile.Read(_weather.Model), SafetensorsFile.Read(_folder.File("up.safetensors")));
        Assert.All(model.Names.Where(name => name.StartsWith("generator.", StringComparison.Ordinal)), name => Assert.Equal(model.Floats(name), file.Floats(name)));
        var card = JsonDocument.Parse(file.Metadata["vaeda"]).RootElement;
        Assert.Equal(4, card.GetProperty("conversion").GetProperty("grid").GetProperty("latitudes").GetArrayLength());
        Assert.Equal(16, card.GetProperty("conversion").GetProperty("modelHash").GetString()!.Length);
        Assert.StartsWith("vaeda convert", card.GetProperty("provenance").GetProperty("command").GetString());

        var converted = VaedaProcess.RunIn(_folder.Path, "convert", "coarse", "--with", "up.safetensors", "--part", "test", "--time", Weather.Day, "--members", "5", "--out", "up.nc", "--threads", "1");
        Assert.True(converted.ExitCode == 0, converted.Error);
        Assert.Contains($"up.nc: 1 field of t2m, {Weather.Day}", converted.Output);
        using var fields = NetcdfDataset.Open(_folder.File("up.nc"));
        Assert.Equal([1, 5, 8, 16], fields.Find("t2m")!.Dimensions.Select(d => d.Length));
        using var archive = AnomalyArchive.Open(_weather.Archive);
        var truth = archive.Read(archive.Find(Weather.Day));
        var (mean, spread, members) = (fields.ReadAll(fields.Find("t2m_mean")!), fields.ReadAll(fields.Find("t2m_spread")!), fields.ReadAll(fields.Find("t2m")!));
        Assert.InRange(Math.Sqrt(mean.Zip(truth, (m, t) => (m - t) * (m - t)).Average()), 0.2, 0.8);
        var drawn = Enumerable.Range(0, members.Length).Select(i => (members[i] - mean[i % mean.Length]) / spread[i % mean.Length]).Average(d => d * d);
        Assert.InRange(drawn, 0.6, 1.5);

        var plot = VaedaProcess.RunIn(_folder.Path, "plot", "up.nc", "--variable", "t2m_mean");
        Assert.True(plot.ExitCode == 0, plot.Error);
        var analysis = VaedaProcess.RunIn(_folder.Path, "assimilate", _weather.Observations, "--model", "up.safetensors");
        Assert.Equal(1, analysis.ExitCode);
        Assert.Contains("'vaeda convert --with' takes a converter", Assert.Single(analysis.Error.TrimEnd().Split('\n')));
    }

    [Theory]
    [InlineData("give --onto")]
    [InlineData("give --onto", "--onto", "a", "--with", "b")]
    [InlineData("--epochs does not go with --with", "--with", "b", "--epochs", "2")]
    [InlineData("--part does not go with --onto", "--onto", "b", "--part", "test")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string named, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["convert", "coarse", "--out", "x", .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(named, Assert.Single(run.Error.TrimEnd().Split('\n')));
    }

    [Theory]
    [InlineData("ends in .safetensors", "--onto", "coarse", "--out", "x.nc")]
    [InlineData("the model is of", "--onto", "coarse", "--out", "x.safetensors")]
    [InlineData("ends in .nc", "--with", "x", "--out", "x.safetensors")]
    [InlineData("there is no such model file", "--with", "x.safetensors", "--out", "x.nc")]
    public void What_cannot_be_done_is_refused_on_one_line(string message, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["convert", "coarse", .. arguments]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Equal(["coarse"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }
}
