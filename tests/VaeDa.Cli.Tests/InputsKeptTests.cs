namespace VaeDa.Cli.Tests;

/// <summary>No command writes over what it reads: it says so before any work, and all files stay as they were.</summary>
public sealed class InputsKeptTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("prepare {0}/archive/anomaly_2001.nc --anomalies --out archive")]
    [InlineData("prepare link/anomaly_2001.nc --anomalies --out archive")]
    [InlineData("prepare archive/anomaly_2001.nc --anomalies --like archive --out ./link/../link")]
    [InlineData("observe archive --network net.csv --out net.csv")]
    [InlineData("observe archive --network net.csv --out link-to-net.csv")]
    [InlineData("observe archive --network net.csv --out link/archive.json")]
    [InlineData("convert archive --with model.safetensors --out link/climatology.nc")]
    [InlineData("convert archive --onto archive --model c.checkpoint.safetensors --out c.safetensors")]
    [InlineData("convert archive --onto archive --model model.safetensors --out {0}/model.safetensors")]
    [InlineData("sample model.safetensors --out linked.nc")]
    [InlineData("assimilate x.analysis/observations.csv --model model.safetensors --time 2002-12-10 --out x.analysis")]
    [InlineData("validate model.safetensors --archive archive --observations v/observations.parquet --out v")]
    [InlineData("plot archive --animate linked.webp")]
    [InlineData("plot archive --out linked.png")]
    public void It_is_refused(string command)
    {
        foreach (var file in Directory.GetFiles(weather.Archive))
        {
            Directory.CreateDirectory(_folder.File("archive"));
            File.Copy(file, Path.Combine(_folder.File("archive"), Path.GetFileName(file)));
        }

        Directory.CreateSymbolicLink(_folder.File("link"), "archive");
        File.Copy(weather.Model, _folder.File("model.safetensors"));
        File.Copy(weather.Model, _folder.File("c.checkpoint.safetensors"));
        File.CreateSymbolicLink(_folder.File("linked.nc"), "model.safetensors");
        File.CreateSymbolicLink(_folder.File("linked.webp"), "archive/anomaly_2002.nc");
        File.CreateSymbolicLink(_folder.File("linked.png"), "archive/anomaly_2002.nc");
        File.Copy(Path.Combine(SharedData.RepositoryRoot, "data/networks/sparse.csv"), _folder.File("net.csv"));
        File.CreateSymbolicLink(_folder.File("link-to-net.csv"), "net.csv");
        Directory.CreateDirectory(_folder.File("x.analysis"));
        File.Copy(weather.Observations, _folder.File("x.analysis/observations.csv"));
        Directory.CreateDirectory(_folder.File("v"));
        File.WriteAllText(_folder.File("v/observations.parquet"), "");
        var before = Contents();

        var run = VaedaProcess.RunIn(_folder.Path, string.Format(System.Globalization.CultureInfo.InvariantCulture, command, _folder.Path).Split(' '));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("read, and would be written over; choose another place (--out)", Assert.Single(run.Error.TrimEnd().Split('\n'), line => line.StartsWith("vaeda: ", StringComparison.Ordinal)).Replace("place (--animate)", "place (--out)", StringComparison.Ordinal));
        Assert.Equal(before, Contents());
    }

    [Theory]
    [InlineData("archive.json", "an archive")]
    [InlineData("reanalysis.json", "a reanalysis")]
    public void Nothing_is_added_to_a_folder_that_is_another_result(string description, string kind)
    {
        Directory.CreateDirectory(_folder.File("other"));
        File.WriteAllText(_folder.File($"other/{description}"), "{}");
        foreach (var command in (string[][])[["assimilate", weather.Observations, "--model", weather.Model], ["validate", weather.Model, "--archive", weather.Archive]])
        {
            var run = VaedaProcess.RunIn(_folder.Path, [.. command, "--out", "other"]);
            Assert.Equal((1, $"vaeda: other: this folder is {kind}; choose another folder"), (run.ExitCode, run.Error.TrimEnd().Split('\n')[^1]));
            Assert.Equal([description], Directory.GetFileSystemEntries(_folder.File("other")).Select(Path.GetFileName));
        }
    }

    [Fact]
    public void An_archive_is_not_put_among_its_own_inputs()
    {
        File.Copy(Path.Combine(Path.GetDirectoryName(weather.Archive)!, "globe.nc"), _folder.File("globe.nc"));
        var run = VaedaProcess.RunIn(_folder.Path, "prepare", "globe.nc", "--out", _folder.Path);
        Assert.Equal((1, $"vaeda: {_folder.Path}: this folder holds 'globe.nc', which is not part of an archive; choose another folder"), (run.ExitCode, run.Error.TrimEnd()));
        Assert.Equal(["globe.nc"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    private SortedDictionary<string, byte[]> Contents() => new(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllBytes), StringComparer.Ordinal);
}
