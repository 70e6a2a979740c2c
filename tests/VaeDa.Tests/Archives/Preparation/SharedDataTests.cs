using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Archives.Sources;

namespace VaeDa.Tests.Archives.Preparation;

/// <summary>The real and simulated fields, as their makers wrote them, by the same code.</summary>
public sealed class SharedDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_simulated_nature_run_in_CDS_layout()
    {
        using var archive = Prepare(o => o, "speedy/ta_daily_1998.nc", "speedy/ta_daily_1999.nc", "speedy/ta_daily_2000.nc");
        Assert.Equal((48, 96, true, 0), (archive.Grid.Height, archive.Grid.Width, archive.Grid.IsPeriodic, archive.Grid.Longitudes[0]));
        Assert.Equal(3 * 365, archive.Times.Count);
        Assert.Equal(new DateTime(1998, 1, 1, 12, 0, 0), archive.Times[0]);
        Assert.DoesNotContain(archive.Times, t => t is { Month: 2, Day: 29 });
        Assert.Equal("K", archive.Variables[0].Units);
        // What ncdump shows of the first and last cell of the first field of 2000: 256.16 K and 248.09 K at the end of the year.
        using var source = Assert.Single(FieldSource.OpenAll([SharedData.File("speedy/ta_daily_2000.nc")], []));
        var field = new float[source.Grid.Cells];
        source.Read(364, field);
        Assert.Equal(248.09f, field[^1], 1e-4f);
        Assert.InRange(archive.Description.Statistics[0].StandardDeviation, 1.2, 1.7);
    }

    [Fact]
    public void A_year_of_ERA_Interim_as_grib_to_netcdf_wrote_it()
    {
        using var archive = Prepare(o => o, "era-interim/mslp_daily_westeurope_2000-2010.nc");
        Assert.Equal((21, 24, false, 60, -20), (archive.Grid.Height, archive.Grid.Width, archive.Grid.IsPeriodic, archive.Grid.Latitudes[0], archive.Grid.Longitudes[0]));
        Assert.Equal(4018, archive.Times.Count);
        Assert.Contains(new DateTime(2004, 2, 29, 12, 0, 0), archive.Times);
        Assert.Equal(("msl", "Pa"), (archive.Variables[0].Name, archive.Variables[0].Units));
        Assert.InRange(archive.Description.Statistics[0].StandardDeviation, 700, 1000);
    }

    [Fact]
    public void NCEP_with_latitude_ascending()
    {
        using var archive = Prepare(o => o, "ncep/slp_daily_natlantic_2001-2010.nc");
        Assert.Equal((17, 33, 70, 30), (archive.Grid.Height, archive.Grid.Width, archive.Grid.Latitudes[0], archive.Grid.Latitudes[^1]));
        var field = new float[archive.Grid.Cells];
        archive.ReadClimatologicalStandardDeviation(new DateTime(2005, 1, 15), field);
        // Winter pressure varies far more by Iceland than by the Canaries.
        Assert.True(field[2 * 33 + 20] > 2 * field[16 * 33 + 20]);
    }

    [Fact]
    public void GISTEMP_with_missing_cells_as_ready_made_anomalies()
    {
        using var archive = Prepare(o => o with { AreAnomalies = true }, "gistemp/gistemp_v4_2deg_monthly_1880-2025.nc");
        Assert.Equal((90, 180, -179), (archive.Grid.Height, archive.Grid.Width, archive.Grid.Longitudes[0]));
        Assert.Equal((1746, Frequency.Monthly), (archive.Times.Count, archive.Description.Frequency));
        var field = new float[archive.Grid.Cells];
        archive.Read(0, field);
        Assert.InRange(field.Count(float.IsNaN) / (double)field.Length, 0.2, 0.35);
        archive.Read(archive.Times.Count - 1, field);
        Assert.InRange(field.Where(v => !float.IsNaN(v)).Average(), 0.5, 2);
        Assert.Equal(archive.Times.Count, archive.Indices(SplitPart.Training).Count + archive.Indices(SplitPart.Validation).Count + archive.Indices(SplitPart.Test).Count);
    }

    private AnomalyArchive Prepare(Func<PreparationOptions, PreparationOptions> with, params string[] names)
    {
        var options = new PreparationOptions { Inputs = [.. names.Select(SharedData.File)], Output = _folder.File("archive"), Command = "test" };
        ArchivePreparation.Run(with(options), null, TestContext.Current.CancellationToken);
        return AnomalyArchive.Open(_folder.File("archive"));
    }
}
