using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Archives;

public sealed class AnomalyArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AnomalyArchiveTests()
    {
        var input = FieldFileWriter.Write(_folder.File("in.nc"), FieldFileWriter.Days("1990-01-01", 1461), FieldFileWriter.Weather);
        ArchivePreparation.Run(new PreparationOptions { Inputs = [input], Output = _folder.File("a"), Command = "test" }, null, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fields_are_read_from_many_threads_alike()
    {
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        var size = archive.Grid.Cells;
        var once = new float[archive.Times.Count * size];
        for (var i = 0; i < archive.Times.Count; i++)
        {
            archive.Read(i, once.AsSpan(i * size, size));
        }

        Parallel.For(0, 4 * archive.Times.Count, n =>
        {
            var i = (int)(n * 577L % archive.Times.Count);
            var field = new float[size];
            archive.Read(i, field);
            Assert.True(once.AsSpan(i * size, size).SequenceEqual(field));
        });
    }

    [Fact]
    public void A_climatology_of_365_days_by_an_earlier_version_is_read_alike()
    {
        EarlierArchive.Unlist(_folder.File("a"));
        DateTime[] times = [.. FieldFileWriter.Days("1992-01-01", 366), .. FieldFileWriter.Days("1993-01-01", 365)];
        var before = Climatology();
        Assert.Equal(before[58], before[59]);
        Assert.NotEqual(before[59], before[60]);
        var path = _folder.File("a/climatology.nc");
        Dictionary<string, double[]> values = [];
        using (var dataset = NetcdfDataset.Open(path))
        {
            foreach (var name in (string[])["t_mean", "t_standard_deviation"])
            {
                values[name] = [.. dataset.ReadAll(dataset.Find(name)!).Where((_, i) => i / 30 != 59)];
            }
        }

        using (var file = new ClassicNetcdfWriter(path))
        {
            var day = file.AddCoordinate("dayofyear", [.. Enumerable.Range(1, 365).Select(d => (double)d)], []);
            var (lat, lon) = (file.AddCoordinate("latitude", FieldFileWriter.Latitudes, []), file.AddCoordinate("longitude", FieldFileWriter.Longitudes, []));
            var variables = values.Keys.ToDictionary(name => name, name => file.AddVariable(name, NetcdfType.Float32, [day, lat, lon], new NetcdfAttributes { ["units"] = "K" }));
            foreach (var (name, numbers) in values)
            {
                file.Write(variables[name], numbers);
            }

            file.Complete();
        }

        Assert.Equal(before, Climatology());

        List<float[]> Climatology()
        {
            using var archive = AnomalyArchive.Open(_folder.File("a"));
            var deviation = new float[archive.Grid.Cells];
            return [.. times.Select(time =>
            {
                archive.ReadClimatologicalStandardDeviation(time, deviation);
                return (float[])[.. archive.ReadClimatologicalMean(0, time), .. deviation];
            })];
        }
    }

    [Fact]
    public void Reading_a_field_allocates_next_to_nothing()
    {
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        var field = new float[archive.Grid.Cells];
        archive.Read(0, field);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            archive.Read(i, field);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 0, 1500);
    }

    [Fact]
    public void Parts_are_those_of_the_rule_and_the_same_each_time()
    {
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        using var again = AnomalyArchive.Open(_folder.File("a"));
        var all = Enum.GetValues<SplitPart>().SelectMany(part => archive.Indices(part)).Order();
        Assert.Equal(Enumerable.Range(0, 1461), all);
        Assert.Equal(146, archive.Indices(SplitPart.Test).Count);
        Assert.Equal(146 - 5, archive.Indices(SplitPart.Validation).Count);
        Assert.Equal(10, archive.Indices(SplitPart.Gap).Count);
        Assert.Equal(archive.Parts, again.Parts);
    }

    [Fact]
    public void An_anomaly_and_the_mean_of_its_day_make_the_field_that_it_came_from()
    {
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal("K", archive.UnitsOfClimatologicalMean(0));
        var anomaly = new float[archive.Grid.Cells];
        foreach (var day in new[] { 0, 700, 1460 })
        {
            archive.Read(day, anomaly);
            var mean = archive.ReadClimatologicalMean(0, archive.Times[day]);
            for (var cell = 0; cell < mean.Length; cell++)
            {
                var (latitude, longitude) = (archive.Grid.Latitudes[cell / archive.Grid.Width], archive.Grid.Longitudes[cell % archive.Grid.Width]);
                Assert.Equal(FieldFileWriter.Weather(archive.Times[day], latitude, longitude), mean[cell] + anomaly[cell], 0.01f);
            }
        }
    }

    [Fact]
    public void An_archive_of_ready_made_anomalies_has_no_mean()
    {
        ArchivePreparation.Run(new PreparationOptions { Inputs = [_folder.File("in.nc")], Output = _folder.File("b"), AreAnomalies = true, Command = "test" }, null, TestContext.Current.CancellationToken);
        using var archive = AnomalyArchive.Open(_folder.File("b"));
        Assert.Null(archive.UnitsOfClimatologicalMean(0));
        Assert.All(archive.ReadClimatologicalMean(0, archive.Times[5]), mean => Assert.Equal(0, mean));
    }

    [Fact]
    public void A_folder_that_is_no_whole_archive_is_refused_in_one_line()
    {
        var archive = _folder.File("a");
        Assert.Contains("no such folder", Refused(_folder.File("absent")));
        Assert.Contains("no archive.json in this folder", Refused(_folder.Path));

        EarlierArchive.Unlist(archive);
        var json = File.ReadAllText(Path.Combine(archive, "archive.json"));
        Broken("archive.json", json.Replace("\"formatVersion\": 1", "\"formatVersion\": 9", StringComparison.Ordinal), "format 9");
        Broken("archive.json", json[..100], "archive.json");
        Broken("archive.json", json.Replace("\"name\": \"t\"", "\"name\": \"u\"", StringComparison.Ordinal), "'u_standard_deviation'");
        Broken("climatology.nc", "CDF", "climatology.nc");
        Broken("anomaly_1991.nc", "CDF", "anomaly_1991.nc");
        foreach (var year in Directory.GetFiles(archive, "anomaly_*"))
        {
            File.Delete(year);
        }

        Assert.Contains("no field", Refused(archive));

        void Broken(string name, string contents, string named)
        {
            var path = Path.Combine(archive, name);
            var whole = File.ReadAllBytes(path);
            File.WriteAllText(path, contents);
            Assert.Contains(named, Refused(archive));
            File.WriteAllBytes(path, whole);
            using var mended = AnomalyArchive.Open(archive);
        }

        static string Refused(string folder)
        {
            var message = Assert.Throws<InvalidInputException>(() => AnomalyArchive.Open(folder)).Message;
            Assert.DoesNotContain('\n', message);
            return message;
        }
    }
}
