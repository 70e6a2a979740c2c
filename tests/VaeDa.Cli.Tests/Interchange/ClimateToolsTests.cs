using System.Text.Json;

namespace VaeDa.Cli.Tests.Interchange;

/// <summary>What people do with the files in CDO, NCO and xarray: join dates, add the climatology, ask for the grid.</summary>
public sealed class ClimateToolsTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static bool IsInstalled => InterchangeTests.IsInstalled;

    public void Dispose() => _folder.Dispose();

    [Theory(Skip = InterchangeTests.Packages, SkipUnless = nameof(IsInstalled))]
    [InlineData("daily.nc", 1, 1096)]
    [InlineData("monthly.nc", 0, 36)]
    public void Anomalies_and_the_climatology_make_the_fields_in_leap_years_too(string file, int leapDays, int dates)
    {
        InterchangeTests.Done(InterchangeTests.Tool(InterchangeTests.Script, "leap", _folder.Path));
        Run("prepare", file, "--out", "archive", "--climatology", "1999-2001");
        var found = JsonDocument.Parse(Tool("whole", _folder.File(file), _folder.File("archive"))).RootElement;
        double Number(string name) => found.GetProperty(name).GetDouble();
        Assert.InRange(Number("packingError"), 1e-6, 1e-3);
        // And what CDO and xarray leave of it in float32, at 300 K.
        Assert.InRange(Number("worst"), 1e-6, Number("packingError") + 5e-5);
        Assert.Equal((leapDays, dates), (Number("leapDays"), Number("dates")));
    }

    [Fact(Skip = InterchangeTests.Packages, SkipUnless = nameof(IsInstalled))]
    public void Analyses_of_several_dates_are_joined_and_each_date_is_kept()
    {
        string[] days = ["2002-12-10", "2002-12-11", "2002-12-14"];
        foreach (var day in days)
        {
            Run("observe", weather.Archive, "--time", day, "--network", "sparse", "--seed", "1", "--out", $"{day}.csv");
            Run("assimilate", $"{day}.csv", "--model", weather.Model, "--members", "3", "--threads", "1", "--out", day);
        }

        Assert.Equal("3 dates: xarray, cdo, nco", Tool(["joined", .. days.Select(_folder.File)]).Trim());
    }

    [Fact(Skip = InterchangeTests.Packages, SkipUnless = nameof(IsInstalled))]
    public void CDO_knows_grid_times_and_bounds_of_each_file_without_a_warning()
    {
        WeatherFile.Write(_folder.File("t2m.nc"), ProjectedGrids.Britain, landOnly: true);
        Run("prepare", "t2m.nc", "--out", "uk");
        Run("sample", weather.Model, "--count", "3", "--threads", "1", "--out", "sample.nc");
        var told = Tool("grids", Path.Combine(weather.Archive, "anomaly_2001.nc"), Path.Combine(weather.Archive, "climatology.nc"), _folder.File("uk/anomaly_2001.nc"), _folder.File("uk/climatology.nc"), _folder.File("sample.nc"));
        string[] files = [.. told.Split("File format")[1..]];
        Assert.Equal(5, files.Length);
        Assert.All(files[..2], file => Assert.Contains("points=128 (16x8)", file));
        Assert.All(files[..2], file => Assert.Contains("cellbounds", file));
        Assert.Contains("365 steps", files[0]);
        Assert.Contains("366 steps", files[1]);
        Assert.All(files[..4], file => Assert.Contains("Bounds = true", file));
        Assert.All(files[2..4], file => Assert.Contains("points=432 (18x24)", file));
        Assert.All(files[2..4], file => Assert.Contains("transverse_mercator", file));
        Assert.Contains("member : 1 to 3", files[4]);
        Assert.DoesNotContain("Time coordinate", files[4]);
    }

    private static string Tool(params string[] arguments) => InterchangeTests.Done(InterchangeTests.Tool([InterchangeTests.Script, .. arguments]));

    private void Run(params string[] arguments) => InterchangeTests.Done(VaedaProcess.RunIn(_folder.Path, arguments));
}
