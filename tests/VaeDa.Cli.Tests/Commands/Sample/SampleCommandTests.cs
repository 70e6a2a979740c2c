using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Files.Netcdf;

namespace VaeDa.Cli.Tests.Commands.Sample;

public sealed class SampleCommandTests(Weather weather) : IDisposable
{
    private static readonly int Cells = WeatherFile.Globe.Cells;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Random_fields_are_netcdf_with_a_picture_and_follow_from_the_seed()
    {
        foreach (var (name, seed) in new[] { ("a.nc", "3"), ("b.nc", "3"), ("c.nc", "4") })
        {
            var run = Sample("--count", "40", "--seed", seed, "--out", name);
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal($"{name}: 40 random fields, t2m\n{Path.ChangeExtension(name, ".png")}\n", run.Output.ReplaceLineEndings("\n"));
        }

        using var file = NetcdfDataset.Open(_folder.File("a.nc"));
        var fields = file.Find("t2m")!;
        Assert.Equal([("member", 40L), ("latitude", 8L), ("longitude", 16L)], fields.Dimensions.Select(d => (d.Name, d.Length)));
        Assert.Equal("K", fields.Attributes.Text("units"));
        Assert.Equal("realization", file.Find("member")!.Attributes.Text("standard_name"));
        Assert.Equal("Institute of made-up weather", file.Attributes.Text("institution"));
        Assert.Equal(["vaeda sample", "vaeda train", "vaeda prepare"], file.Attributes.Text("history")!.Split('\n').Select(line => string.Join(' ', line.Split(' ')[1..3])));
        var values = file.ReadAll(fields);
        Assert.Equal(values, Values("b.nc"));
        Assert.NotEqual(values, Values("c.nc"));
        Assert.Equal(40, values.Chunk(Cells).Select(field => field[0]).Distinct().Count());
        // The made-up weather's anomalies have a standard deviation of some kelvins.
        Assert.InRange(Math.Sqrt(values.Average(v => v * v)), 1, 10);
        Assert.True(PngFile.SizeOf(_folder.File("a.png")).Width > 1000);
    }

    [Fact]
    public void Without_the_residual_fields_are_smoother()
    {
        Assert.Equal(0, Sample("--count", "40", "--out", "rough.nc").ExitCode);
        Assert.Equal(0, Sample("--count", "40", "--no-residual", "--out", "smooth.nc").ExitCode);
        // In the shortest wave the made-up weather has noise only, which the latents do not hold.
        double Shortest(string name) => Values(name).Chunk(16).Average(row => Math.Pow(row.Select((value, j) => j % 2 == 0 ? value : -value).Average(), 2));
        Assert.True(Shortest("smooth.nc") < 0.5 * Shortest("rough.nc"));
    }

    [Fact]
    public void A_way_goes_from_one_state_to_the_other()
    {
        string[] ends = ["--from", "2002-01-10", "--to", Weather.Day, "--archive", weather.Archive];
        var run = Sample([.. ends, "--steps", "5", "--json", "--out", "way.nc"]);
        Assert.True(run.ExitCode == 0, run.Error);
        var told = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(("way.nc", 5), (told.GetProperty("file").GetString(), told.GetProperty("count").GetInt32()));
        using var file = NetcdfDataset.Open(_folder.File("way.nc"));
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], file.ReadAll(file.Find("fraction")!));
        var fields = file.ReadAll(file.Find("t2m")!).Chunk(Cells).ToArray();
        using var archive = AnomalyArchive.Open(weather.Archive);
        double Error(double[] field, DateTime time) => Math.Sqrt(archive.Read(archive.Find(time)!.Value).Zip(field, (a, b) => (a - b) * (a - b)).Average());
        var (from, to) = (new DateTime(2002, 1, 10), new DateTime(2002, 12, 10));
        Assert.InRange(Error(fields[0], from), 0, 0.6);
        Assert.InRange(Error(fields[4], to), 0, 0.6);
        Assert.True(Error(fields[1], from) < Error(fields[2], from) && Error(fields[2], from) < Error(fields[4], from));
    }

    [Theory]
    [InlineData(2, "--from needs --to", "--from", "2002-01-10")]
    [InlineData(2, "--steps has no meaning without --from and --to", "--steps", "4")]
    [InlineData(2, "--seed has no meaning with --from and --to", "--from", "2002-01-10", "--to", "2002-02-10", "--seed", "4")]
    [InlineData(2, "ends in .nc", "--out", "sample.png")]
    [InlineData(1, "--count is 0", "--count", "0")]
    [InlineData(1, "--seed is -1", "--seed", "-1")]
    [InlineData(1, "there is no time 1999", "--from", "1999", "--to", "2002-02-10")]
    public void What_cannot_be_made_is_refused_on_one_line(int exitCode, string message, params string[] arguments)
    {
        var run = Sample(arguments.Contains("1999") ? [.. arguments, "--archive", weather.Archive] : arguments);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Random_fields_are_set_beside_held_out_ones()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "validate", weather.Model, "--archive", weather.Archive, "--threads", "1", "--samples", "100");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("random fields compared with held-out ones", run.Output);
        Assert.Contains("by zonal wavenumber", run.Output);
        var table = new ParquetTable(_folder.File("validation/samples.parquet"));
        Assert.Equal(["held out", "training", "vae", "vae, no residual", "eof", "eof, no residual"], table.Texts("fields"));
        Assert.Equal((1, 1), (table.Numbers("variance_ratio")[0], table.Numbers("deviation_correlation")[0]));
        Assert.All(Enumerable.Range(0, 6), i => Assert.InRange(table.Numbers("variance_ratio")[i], table.Numbers("variance_ratio_low")[i], table.Numbers("variance_ratio_high")[i]));
        Assert.True(table.Numbers("variance_ratio")[3] < table.Numbers("variance_ratio")[2]);
        var spectra = new ParquetTable(_folder.File("validation/spectra.parquet"));
        Assert.Contains("waves_4_8", spectra.Names);
        Assert.Equal(5 * 5, spectra.Rows);
        Assert.True(PngFile.SizeOf(_folder.File("validation/samples.png")).Width > 1500);
        Assert.Equal(6, JsonDocument.Parse(File.ReadAllText(_folder.File("validation/scores.json"))).RootElement.GetProperty("samples").GetArrayLength());
    }

    private VaedaProcess Sample(params string[] arguments) => VaedaProcess.RunIn(_folder.Path, ["sample", weather.Model, "--threads", "1", .. arguments]);

    private double[] Values(string name)
    {
        using var file = NetcdfDataset.Open(_folder.File(name));
        return file.ReadAll(file.Find("t2m")!);
    }
}
