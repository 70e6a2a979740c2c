using VaeDa.Archives;
using VaeDa.Files.Netcdf;
using VaeDa.Observations;

namespace VaeDa.Cli.Tests.Commands.Assimilate;

/// <summary>Whole fields beside anomalies: these with the archive's mean of the day.</summary>
public sealed class WholeFieldsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Weather _weather;

    public WholeFieldsTests(Weather weather)
    {
        _weather = weather;
        // The end of February of a leap year, in more than one file.
        var random = new Random(4);
        new ObservationTable(Enumerable.Range(0, 6).SelectMany(day => Enumerable.Range(0, 40).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, random.NextDouble() * 2 - 1)
        {
            Error = 1,
            Time = new DateTime(2004, 2, 26, 12, 0, 0, DateTimeKind.Utc).AddDays(day),
            Station = $"s{i}",
        }))).Write(_folder.File("days.csv"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_a_reanalysis_they_are_anomalies_and_the_mean_of_each_day()
    {
        var run = Assimilate("out", "--members", "2");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(", is added to the anomalies", run.Error);
        Assert.Equal(4, Check("out/2004-02.nc", 2));
        Assert.Equal(2, Check("out/2004-03.nc", 2));
        using var file = NetcdfDataset.Open(_folder.File("out/2004-02.nc"));
        var mean = file.Find("t2m_whole_mean")!.Attributes;
        Assert.Equal(("2 metre temperature, ensemble mean", "K", "temperature: on_scale", "t2m_spread"), (mean.Text("long_name"), mean.Text("units"), mean.Text("units_metadata"), mean.Text("ancillary_variables")));
        Assert.Equal("realization: mean", mean.Text("cell_methods"));
        Assert.Equal("2 metre temperature", file.Find("t2m_whole")!.Attributes.Text("long_name"));
    }

    [Fact]
    public void Only_of_what_is_kept()
    {
        Assert.Equal(0, Assimilate("mean", "--members", "2", "--save", "mean").ExitCode);
        using (var file = NetcdfDataset.Open(_folder.File("mean/2004-02.nc")))
        {
            Assert.NotNull(file.Find("t2m_whole_mean"));
            Assert.Null(file.Find("t2m_whole"));
        }

        Assert.Equal(0, Assimilate("date", "--members", "0", "--time", "2004-02-29").ExitCode);
        Assert.Equal(1, Check("date/analysis.nc", 0));
        // A folder with whole fields is read as any other.
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "plot", "date").ExitCode);
    }

    [Fact]
    public void Without_a_climatology_or_a_time_they_are_refused()
    {
        Refused(1, "whole fields need the climatology of the archive that the model was trained on: name it (--climatology)", "days.csv", "--whole");
        Refused(2, "--climatology is for absolute values: add --absolute", "days.csv", "--climatology", _weather.Archive);
        Refused(2, "--whole is of fields that are kept, and --save none keeps none", "days.csv", "--whole", "--save", "none", "--climatology", _weather.Archive);
        File.WriteAllText(_folder.File("never.csv"), "lat,lon,anomaly\n10,20,1\n20,50,1\n");
        Refused(1, "never.csv: whole fields need a time, for the climatology of its day or month, and the observations have none (--whole)", "never.csv", "--whole", "--climatology", _weather.Archive);

        void Refused(int exitCode, string message, string observations, params string[] arguments)
        {
            var run = VaedaProcess.RunIn(_folder.Path, ["assimilate", observations, "--model", _weather.Model, "--out", "out", .. arguments]);
            Assert.Equal(exitCode, run.ExitCode);
            Assert.Contains(message, run.Error.TrimEnd().Split('\n')[^1]);
            Assert.False(Directory.Exists(_folder.File("out")));
        }
    }

    private VaedaProcess Assimilate(string folder, params string[] arguments) =>
        VaedaProcess.RunIn(_folder.Path, ["assimilate", "days.csv", "--model", _weather.Model, "--whole", "--climatology", _weather.Archive, "--out", folder, .. arguments]);

    /// <returns>The number of times in the file.</returns>
    private int Check(string name, int members)
    {
        using var file = NetcdfDataset.Open(_folder.File(name));
        using var archive = AnomalyArchive.Open(_weather.Archive);
        var times = file.ReadAll(file.Find("time")!).Select(hours => new DateTime(1900, 1, 1).AddHours(hours)).ToArray();
        foreach (var (anomalies, whole, fields) in members == 0 ? [("t2m_analysis", "t2m_whole_analysis", 1)] : new[] { ("t2m_mean", "t2m_whole_mean", 1), ("t2m", "t2m_whole", members) })
        {
            var expected = times.SelectMany(time => Enumerable.Range(0, fields).SelectMany(_ => archive.ReadClimatologicalMean(0, time)));
            Assert.Equal(
                file.ReadAll(file.Find(anomalies)!).Zip(expected, (anomaly, mean) => (double)((float)anomaly + mean)),
                file.ReadAll(file.Find(whole)!));
            Assert.Equal(file.Find(anomalies)!.Dimensions.Select(d => d.Name), file.Find(whole)!.Dimensions.Select(d => d.Name));
        }

        return times.Length;
    }
}
