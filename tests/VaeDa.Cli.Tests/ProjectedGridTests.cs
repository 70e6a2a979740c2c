using System.Globalization;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Cli.Tests;

/// <summary>The whole way on a projected grid whose sea is missing.</summary>
public sealed class ProjectedGridTests : IDisposable
{
    private static readonly Grid Britain = ProjectedGrids.Britain;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void From_masked_fields_to_an_analysis_and_its_picture()
    {
        WeatherFile.Write(_folder.File("t2m.nc"), Britain, landOnly: true);
        Assert.Contains("24×18, ", Done("prepare", "t2m.nc", "--out", "uk").Output);
        Done("train", "uk", "--latent", "4", "--epochs", "1", "--batch-size", "128", "--threads", "1", "--out", "uk.safetensors");
        File.WriteAllLines(_folder.File("places.csv"), ["lat,lon", .. Places().Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Latitude},{p.Longitude}"))]);
        var observed = Done("observe", "uk", "--time", Weather.Day, "--network", "places.csv", "--out", "obs.csv");
        // In the North Sea and beyond the grid.
        Assert.Contains("2 not observed", observed.Error);
        var run = Done("assimilate", "obs.csv", "--model", "uk.safetensors", "--members", "4", "--threads", "1", "--truth", "uk");
        Assert.Contains("40 observations assimilated, 0 rejected", run.Output);

        bool[] isLand = [.. Enumerable.Range(0, Britain.Cells).Select(cell => Land.NaturalEarth.Contains(Britain.LatitudeOf(cell), Britain.LongitudeOf(cell)))];
        using var file = NetcdfDataset.Open(_folder.File("obs.analysis/analysis.nc"));
        Assert.Equal(["time", "member", "y", "x"], file.Find("t2m")!.Dimensions.Select(d => d.Name));
        foreach (var name in (string[])["t2m_mean", "t2m_spread", "t2m_analysis", "t2m_climatological_standard_deviation"])
        {
            var variable = file.Find(name)!;
            Assert.Equal(Britain, file.ReadGrid(variable));
            Assert.Equal(("latitude longitude", "transverse_mercator"), (variable.Attributes.Text("coordinates"), variable.Attributes.Text("grid_mapping")));
            Assert.Equal(isLand, file.ReadAll(variable).Select(double.IsFinite));
        }

        var picture = File.ReadAllBytes(_folder.File("obs.analysis/analysis.png"));
        Done("plot", "obs.analysis", "--truth", "uk", "--out", "again.png");
        Assert.Equal(picture, File.ReadAllBytes(_folder.File("again.png")));
        Assert.True(PngFile.SizeOf(_folder.File("again.png")) is { Width: > 500, Height: > 500 });
    }

    /// <summary>40 on land, one in the North Sea and one beyond the grid.</summary>
    private static IEnumerable<(double Latitude, double Longitude)> Places()
    {
        var random = new Random(3);
        var onLand = Enumerable.Range(0, 1000).Select(_ => (Latitude: 50 + 8 * random.NextDouble(), Longitude: -9 + 10 * random.NextDouble()))
            .Where(p => Land.NaturalEarth.Contains(p.Latitude, p.Longitude) && Britain.Locate(p.Latitude, p.Longitude) is { } place
                && Land.NaturalEarth.Contains(Britain.LatitudeOf(CellOf(place)), Britain.LongitudeOf(CellOf(place))));
        return [.. onLand.Take(40), (56.5, 3), (40, 0)];
    }

    private static int CellOf((double Row, double Column) place) => (int)Math.Round(place.Row) * Britain.Width + (int)Math.Round(place.Column);

    private VaedaProcess Done(params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }
}
