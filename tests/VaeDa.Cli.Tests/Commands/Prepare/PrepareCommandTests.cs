using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Cli.Tests.Commands.Prepare;

public sealed class PrepareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_become_an_archive_and_its_summary_is_on_stdout()
    {
        WriteYears("t.nc", 1990, 5);
        var run = VaedaProcess.RunIn(_folder.Path, "prepare", "t.nc", "--out", "archive", "--test-years", "1994", "--validation-years", "1993");
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Contains("reading t: 1826 of 1826", run.Error);
        Assert.Contains("10 fields belong to no part", run.Error);
        Assert.Contains("1091 training, 360 validation, 365 test, 10 in gaps", run.Output);
        Assert.Contains("3×4", run.Output);
        Assert.Contains("0% missing", run.Output);
        Assert.DoesNotContain("reading", run.Output);

        using var archive = AnomalyArchive.Open(_folder.File("archive"));
        Assert.Equal(1826, archive.Times.Count);
        Assert.Equal("vaeda prepare t.nc --out archive --test-years 1994 --validation-years 1993", archive.Description.Provenance.Command);
        Assert.Equal([new SourceFile("t.nc", "t", 1826)], archive.Description.Provenance.Input<SourceFile[]>("sources")!);
        Assert.All(archive.Indices(SplitPart.Test), i => Assert.Equal(1994, archive.Times[i].Year));
    }

    [Fact]
    public void New_years_are_made_like_an_archive_and_json_is_for_scripts()
    {
        WriteYears("t.nc", 1990, 4);
        WriteYears("new.nc", 1994, 1);
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "prepare", "t.nc", "-o", "archive", "--climatology", "1990-1992", "--smooth-days", "31").ExitCode);
        var run = VaedaProcess.RunIn(_folder.Path, "prepare", "new.nc", "-o", "new", "--like", "archive", "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(365, json.RootElement.GetProperty("parts").GetProperty("test").GetInt32());
        Assert.Equal("1990-1992", json.RootElement.GetProperty("description").GetProperty("climatology").GetProperty("years").GetString());
        Assert.Equal(File.ReadAllBytes(_folder.File("archive/climatology.nc")), File.ReadAllBytes(_folder.File("new/climatology.nc")));
    }

    [Fact]
    public void A_user_s_error_is_one_line_on_stderr_and_leaves_nothing_behind()
    {
        WriteYears("t.nc", 1990, 2);
        foreach (var (arguments, named) in ((string[], string)[])[
            (["absent.nc"], "absent.nc: no such file"),
            (["t.nc", "--variable", "t2m"], "'t2m'"),
            (["t.nc", "--climatology", "2010"], "2010"),
            (["t.nc", "--like", "nowhere"], "nowhere: no such folder")])
        {
            var run = VaedaProcess.RunIn(_folder.Path, ["prepare", .. arguments, "--out", "archive"]);
            Assert.Equal(1, run.ExitCode);
            Assert.Empty(run.Output);
            Assert.StartsWith("vaeda: ", run.Error);
            Assert.Contains(named, run.Error);
            Assert.Single(run.Error.TrimEnd().Split('\n'));
            Assert.Equal(["t.nc"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        }
    }

    [Theory]
    [InlineData("--out", "a")]
    [InlineData("t.nc")]
    [InlineData("t.nc", "--out", "a", "--test-years", "20x")]
    [InlineData("t.nc", "--out", "a", "--gap-days", "-1")]
    [InlineData("t.nc", "--out", "a", "--like", "b", "--climatology", "1990")]
    public void A_usage_error_exits_2(params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["prepare", .. arguments]);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("vaeda prepare --help", run.Error);
    }

    [Fact]
    public void Its_help_shows_examples()
    {
        var run = VaedaProcess.Run("prepare", "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("vaeda prepare era5/t2m_*.nc --out t2m", run.Output);
    }

    private void WriteYears(string name, int first, int years)
    {
        var start = new DateTime(first, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var count = (start.AddYears(years) - start).Days;
        using var file = new ClassicNetcdfWriter(_folder.File(name));
        var time = file.AddRecordDimension("time");
        var times = file.AddTime(time);
        var (latitude, longitude) = file.AddGrid(new Grid([60, 0, -60], [0, 90, 180, 270]));
        var t = file.AddVariable("t", NetcdfType.Float32, [time, latitude, longitude], new NetcdfAttributes { ["units"] = "K" });
        for (var d = 0; d < count; d++)
        {
            file.WriteSlice(times, d, CfCoordinates.HoursOf(start.AddDays(d)));
            file.WriteSlice<float>(t, d, [.. Enumerable.Range(0, 12).Select(c => 280 + 5 * MathF.Sin(0.7f * d + c))]);
        }

        file.Complete();
    }
}
