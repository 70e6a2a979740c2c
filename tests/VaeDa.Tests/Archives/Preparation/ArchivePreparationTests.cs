using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields.Climatologies;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Archives.Preparation;

public sealed class ArchivePreparationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Over_its_own_period_an_unsmoothed_climatology_leaves_anomalies_of_mean_0()
    {
        Prepare("a", o => o with { Inputs = [Years("in.nc", "1990-01-01", 6)], SmoothDays = 0, ClimatologyYears = YearSet.Parse("1990-1995") });
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal(6 * 365 + 1, archive.Times.Count);
        var sums = new double[365, archive.Grid.Cells];
        var counts = new int[365];
        var field = new float[archive.Grid.Cells];
        foreach (var i in Enumerable.Range(0, archive.Times.Count))
        {
            archive.Read(i, field);
            var day = new ClimatologySteps(ClimatologyCalendar.Daily).StepOf(archive.Times[i]);
            counts[day]++;
            for (var c = 0; c < field.Length; c++)
            {
                sums[day, c] += field[c];
            }
        }

        // The mean and the anomalies are packed, each to half a step of some 1e-3 K.
        Assert.All(Enumerable.Range(0, 365), d => Assert.All(Enumerable.Range(0, field.Length), c => Assert.True(Math.Abs(sums[d, c] / counts[d]) < 2e-3)));
        Assert.Equal(7, counts[58]);
    }

    [Fact]
    public void Anomalies_are_the_fields_less_the_stored_mean_within_half_a_packing_step()
    {
        var path = Years("in.nc", "1990-01-01", 4);
        var report = Prepare("a", o => o with { Inputs = [path] });
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        using var climatology = NetcdfDataset.Open(Path.Combine(archive.Folder, "climatology.nc"));
        var mean = climatology.ReadAll(climatology.Find("t_mean")!);
        var field = new float[archive.Grid.Cells];
        var error = report.Description.Statistics[0].PackingError;
        Assert.InRange(error, 1e-5, 1e-3);
        foreach (var i in Enumerable.Range(0, archive.Times.Count))
        {
            archive.Read(i, field);
            var record = new DateTime(2000, archive.Times[i].Month, archive.Times[i].Day).DayOfYear - 1;
            for (var c = 0; c < field.Length; c++)
            {
                var (row, column) = (c / archive.Grid.Width, c % archive.Grid.Width);
                var value = FieldFileWriter.Weather(archive.Times[i], archive.Grid.Latitudes[row], archive.Grid.Longitudes[column]);
                Assert.True(Math.Abs(value - mean[record * field.Length + c] - field[c]) <= error + 1e-4);
            }
        }
    }

    [Fact]
    public void New_years_made_like_an_archive_have_the_anomalies_of_preparing_all_together()
    {
        var first = Years("first.nc", "1990-01-01", 4);
        var second = Years("second.nc", "1994-01-01", 2, celsius: true);
        var all = Prepare("all", o => o with { Inputs = [first, second], ClimatologyYears = YearSet.Parse("1990-1993") });
        Prepare("base", o => o with { Inputs = [first], ClimatologyYears = YearSet.Parse("1990-1993") });
        var report = Prepare("new", o => o with { Inputs = [second], Like = _folder.File("base") });
        Assert.Equal(730, report.Parts[SplitPart.Test]);
        Assert.Equal("base", report.Description.Climatology.TakenFrom);
        using var expected = AnomalyArchive.Open(_folder.File("all"));
        using var actual = AnomalyArchive.Open(_folder.File("new"));
        var (a, b) = (new float[expected.Grid.Cells], new float[expected.Grid.Cells]);
        var tolerance = all.Description.Statistics[0].PackingError + report.Description.Statistics[0].PackingError + 1e-4;
        for (var i = 0; i < 730; i++)
        {
            Assert.Equal(expected.Times[1461 + i], actual.Times[i]);
            expected.Read(1461 + i, a);
            actual.Read(i, b);
            Assert.All(a.Zip(b), p => Assert.Equal(p.First, p.Second, tolerance));
        }

        expected.ReadClimatologicalStandardDeviation(actual.Times[0], a);
        actual.ReadClimatologicalStandardDeviation(actual.Times[0], b);
        Assert.Equal(a, b);
        Assert.All(a, s => Assert.InRange(s, 1, 5));
    }

    [Fact]
    public void A_single_year_has_a_climatology_all_round_it()
    {
        var path = Years("in.nc", "1990-01-01", 1);
        var report = Prepare("a", o => o with { Inputs = [path] });
        Assert.Equal((ClimatologyScope.AllFields, 365), (report.Description.Climatology.Scope, report.Description.Climatology.Fields));
        Assert.Equal(0, report.Description.Statistics[0].MissingFraction);
        Assert.InRange(report.Description.Statistics[0].StandardDeviation, 1.5, 4);
        var longer = Prepare("b", o => o with { Inputs = [Years("longer.nc", "1990-01-01", 4)] });
        Assert.Equal((ClimatologyScope.Training, longer.Parts[SplitPart.Training]), (longer.Description.Climatology.Scope, longer.Description.Climatology.Fields));
    }

    [Fact]
    public void Several_variables_share_their_common_times()
    {
        var days = FieldFileWriter.Days("1990-01-01", 1000);
        var t = FieldFileWriter.Write(_folder.File("t.nc"), days[..950], FieldFileWriter.Weather);
        var p = FieldFileWriter.Write(_folder.File("p.nc"), days[20..], (time, la, lo) => 100 * FieldFileWriter.Weather(time, la, lo), variable: "p", units: "Pa");
        var report = Prepare("a", o => o with { Inputs = [t, p] });
        Assert.Equal((930, 20, 50), (report.Fields, report.Dropped["t"], report.Dropped["p"]));
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal(["t", "p"], archive.Variables.Select(v => v.Name));
        Assert.Equal(days[20..950], archive.Times);
        var field = new float[2 * archive.Grid.Cells];
        archive.Read(500, field);
        Assert.All(Enumerable.Range(0, archive.Grid.Cells), c => Assert.Equal(100 * field[c], field[archive.Grid.Cells + c], 0.5));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_years()
    {
        double[] latitudes = [.. Enumerable.Range(0, 30).Select(i => 87.0 - 6 * i)], longitudes = [.. Enumerable.Range(0, 60).Select(j => 6.0 * j)];
        var paths = Enumerable.Range(1990, 4).Select(year =>
            FieldFileWriter.Write(_folder.File($"{year}.nc"), FieldFileWriter.Days($"{year}-01-01", 365), FieldFileWriter.Weather, latitudes: latitudes, longitudes: longitudes)).ToList();
        long Allocated(int years)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Prepare($"a{years}", o => o with { Inputs = paths[..years] });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1);
        var (two, four) = (Allocated(2), Allocated(4));
        // A field is 7.2 kB, and each of the 730 more is read twice and written once.
        Assert.InRange(four - two, 0, 730 * 6000);
    }

    [Fact]
    public void Ready_made_anomalies_are_taken_as_they_are()
    {
        var times = Enumerable.Range(0, 240).Select(m => new DateTime(1980, 1, 15, 0, 0, 0, DateTimeKind.Utc).AddMonths(m)).ToArray();
        static float Anomaly(DateTime time, double latitude, double longitude) => longitude == 60 && time.Year < 1985 ? float.NaN : (float)(Math.Sin(time.Year * time.Month) * 2 + latitude / 100);
        var path = FieldFileWriter.Write(_folder.File("in.nc"), times, Anomaly);
        var report = Prepare("a", o => o with { Inputs = [path], AreAnomalies = true });
        Assert.Equal((Frequency.Monthly, 0, 0), (report.Description.Frequency, report.Description.Split.GapDays, report.Parts[SplitPart.Gap]));
        Assert.Equal(0.25 / 6, report.Description.Statistics[0].MissingFraction, 1e-9);
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        var field = new float[archive.Grid.Cells];
        foreach (var i in (int[])[0, 100, 239])
        {
            archive.Read(i, field);
            Assert.Equal(Anomaly(times[i], 60, 0), field[0], report.Description.Statistics[0].PackingError * 1.01);
            Assert.Equal(i == 0, float.IsNaN(field[1]));
        }

        archive.ReadClimatologicalStandardDeviation(times[0], field);
        var january = archive.Indices(SplitPart.Training).Select(i => times[i]).Where(t => t.Month == 1).Select(t => Anomaly(t, 60, 0)).ToArray();
        Assert.Equal(Math.Sqrt(january.Average(a => a * a)), field[0], 1e-3);
        Assert.EndsWith("if the files hold anomalies too, say so", Refused(o => o with { Inputs = [path], Like = _folder.File("a") }));
    }

    [Theory]
    [InlineData("npy", false)]
    [InlineData("npy", true)]
    [InlineData("safetensors", false)]
    [InlineData("safetensors", true)]
    public void Tensors_made_elsewhere_come_in_as_netcdf_does(string format, bool isDouble)
    {
        var times = FieldFileWriter.Days("1990-01-01", 400);
        static float Anomaly(DateTime time, double latitude, double longitude) => FieldFileWriter.Weather(time, latitude, longitude) - 290;
        var expected = FieldFileWriter.Write(_folder.File("in.nc"), times, Anomaly);
        // Southernmost first, two variables.
        double[] south = [.. FieldFileWriter.Latitudes.Reverse()];
        float[] values = [.. times.SelectMany(t => (int[])[1, 2], (t, v) => (t, v)).SelectMany(p =>
            south.SelectMany(la => FieldFileWriter.Longitudes.Select(lo => p.v * Anomaly(p.t, la, lo))))];
        var path = WriteTensor(format, isDouble, values, [400, 2, 5, 6], new
        {
            latitudes = south,
            longitudes = FieldFileWriter.Longitudes,
            times = times.Select(t => t.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
            variables = (string[])["t", "twice"],
            units = "K",
        });
        Prepare("netcdf", o => o with { Inputs = [expected], AreAnomalies = true });
        Prepare("tensor", o => o with { Inputs = [path] });
        using AnomalyArchive a = AnomalyArchive.Open(_folder.File("netcdf")), b = AnomalyArchive.Open(_folder.File("tensor"));
        Assert.Equal(a.Times, b.Times);
        Assert.Equal(["t", "twice"], b.Variables.Select(v => v.Name));
        var (one, both) = (new float[30], new float[60]);
        foreach (var i in (int[])[0, 399])
        {
            a.Read(i, one);
            b.Read(i, both);
            Assert.Equal(one, both[..30]);
            Assert.All(one.Zip(both[30..]), p => Assert.Equal(2 * p.First, p.Second, 5e-3));
        }

        Prepare("one", o => o with { Inputs = [path], Variables = ["twice"] });
        Assert.Contains("0, 1", Refused(o => o with { Inputs = [WriteTensor(format, isDouble, [], [0, 1], new { })] }));
    }

    [Fact]
    public void What_cannot_be_prepared_is_refused()
    {
        var times = FieldFileWriter.Days("1990-01-01", 200).SelectMany(d => (DateTime[])[d, d.AddHours(6)]).ToArray();
        var subdaily = FieldFileWriter.Write(_folder.File("subdaily.nc"), times, FieldFileWriter.Weather);
        Assert.Contains("no day has all of its fields", Refused(o => o with { Inputs = [subdaily] }));
        Assert.Equal(Frequency.Subdaily, Prepare("s", o => o with { Inputs = [subdaily], AreAnomalies = true, Step = TimeStep.Parse("6h") }).Description.Frequency);

        var years = Years("in.nc", "1990-01-01", 2);
        Assert.Contains("2010", Refused(o => o with { Inputs = [years], ClimatologyYears = YearSet.Parse("2010") }));
        Assert.Contains("several years", Refused(o => o with { Inputs = [years], ClimatologyYears = YearSet.Parse("1990"), SmoothDays = 0 }));
        var half = FieldFileWriter.Write(_folder.File("half.nc"), FieldFileWriter.Days("1990-07-01", 600), FieldFileWriter.Weather);
        Assert.Contains("1991-01-01", Refused(o => o with { Inputs = [half], ClimatologyYears = YearSet.Parse("1990"), SmoothDays = 0 }));
        Assert.Contains("4 of 365", Refused(o => o with { Inputs = [years], SmoothDays = 4 }));
        var constant = FieldFileWriter.Write(_folder.File("constant.nc"), FieldFileWriter.Days("1990-01-01", 900), (_, _, _) => 1);
        Assert.Contains("'t': its values do not vary", Refused(o => o with { Inputs = [constant] }));
        var infinite = FieldFileWriter.Write(_folder.File("infinite.nc"), FieldFileWriter.Days("1990-01-01", 900), (t, la, _) => la == 0 && t.Day == 5 ? float.PositiveInfinity : t.Day);
        Assert.Contains("infinite", Refused(o => o with { Inputs = [infinite], AreAnomalies = true }));

        Prepare("base", o => o with { Inputs = [years] });
        Assert.Contains("'t2'", Refused(o => o with { Inputs = [FieldFileWriter.Write(_folder.File("name.nc"), times[..1], FieldFileWriter.Weather, variable: "t2")], Like = _folder.File("base") }));
        Assert.Contains("'Pa'", Refused(o => o with { Inputs = [FieldFileWriter.Write(_folder.File("unit.nc"), times[..1], FieldFileWriter.Weather, units: "Pa")], Like = _folder.File("base") }));
        Assert.Contains("its grid", Refused(o => o with { Inputs = [FieldFileWriter.Write(_folder.File("grid.nc"), times[..1], FieldFileWriter.Weather, latitudes: [1, 0])], Like = _folder.File("base") }));
    }

    [Fact]
    public void An_archive_is_replaced_whole_or_not_at_all()
    {
        var path = Years("in.nc", "1990-01-01", 3);
        Prepare("a", o => o with { Inputs = [path] });
        var before = Directory.GetFiles(_folder.File("a")).ToDictionary(f => f, File.ReadAllBytes);

        using var cancellation = new CancellationTokenSource();
        var progress = new CancelAt(cancellation, "writing anomalies", 500);
        Assert.ThrowsAny<OperationCanceledException>(() => ArchivePreparation.Run(Options("a") with { Inputs = [path] }, progress, cancellation.Token));
        Assert.All(before, f => Assert.Equal(f.Value, File.ReadAllBytes(f.Key)));
        Assert.DoesNotContain(Directory.GetDirectories(_folder.Path), d => d.Contains("partial", StringComparison.Ordinal));

        Prepare("a", o => o with { Inputs = [Years("one.nc", "1990-01-01", 2)] });
        Assert.False(File.Exists(Path.Combine(_folder.File("a"), "anomaly_1992.nc")));

        File.WriteAllText(Path.Combine(_folder.File("a"), "notes.txt"), "mine");
        Assert.Contains("notes.txt", Assert.Throws<InvalidInputException>(() => Prepare("a", o => o with { Inputs = [path] })).Message);
    }

    private string Years(string name, string first, int years, bool celsius = false)
    {
        var start = FieldFileWriter.Days(first, 1)[0];
        return FieldFileWriter.Write(
            _folder.File(name), FieldFileWriter.Days(first, (start.AddYears(years) - start).Days),
            (t, la, lo) => FieldFileWriter.Weather(t, la, lo) - (celsius ? 273.15f : 0), units: celsius ? "degC" : "K");
    }

    private PreparationOptions Options(string output) => new() { Inputs = [], Output = _folder.File(output), Command = "test" };

    private PreparationReport Prepare(string output, Func<PreparationOptions, PreparationOptions> with) => ArchivePreparation.Run(with(Options(output)), null, TestContext.Current.CancellationToken);

    private string Refused(Func<PreparationOptions, PreparationOptions> with)
    {
        var message = Assert.Throws<InvalidInputException>(() => Prepare("refused", with)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.False(Directory.Exists(_folder.File("refused")));
        return message;
    }

    private string WriteTensor(string format, bool isDouble, float[] values, long[] shape, object sidecar)
    {
        var path = _folder.File($"{shape.Length}.{format}");
        File.WriteAllText(Path.ChangeExtension(path, ".json"), JsonSerializer.Serialize(sidecar));
        byte[] data = isDouble
            ? [.. values.SelectMany(v => BitConverter.GetBytes((double)v))]
            : [.. values.SelectMany(BitConverter.GetBytes)];
        byte[] header;
        if (format == "npy")
        {
            // As numpy writes it: padded so that the data start on 64 bytes.
            var text = $"{{'descr': '{(isDouble ? "<f8" : "<f4")}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}), }}";
            text = text.PadRight((text.Length + 11 + 63) / 64 * 64 - 11) + "\n";
            header = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. Encoding.Latin1.GetBytes(text)];
        }
        else
        {
            var text = $$$"""{"__metadata__":{"made":"elsewhere"},"anomaly":{"dtype":"{{{(isDouble ? "F64" : "F32")}}}","shape":[{{{string.Join(",", shape)}}}],"data_offsets":[0,{{{data.Length}}}]}}""";
            header = new byte[8 + text.Length];
            BinaryPrimitives.WriteInt64LittleEndian(header, text.Length);
            Encoding.UTF8.GetBytes(text).CopyTo(header, 8);
        }

        File.WriteAllBytes(path, [.. header, .. data]);
        return path;
    }

    private sealed class CancelAt(CancellationTokenSource cancellation, string stage, int done) : IProgress<PreparationProgress>
    {
        public void Report(PreparationProgress value)
        {
            if (value.Stage == stage && value.Done == done)
            {
                cancellation.Cancel();
            }
        }
    }
}
