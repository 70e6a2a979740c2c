using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields;
using VaeDa.Observations;
using VaeDa.Observations.Rows;
using VaeDa.Tests.Archives;

namespace VaeDa.Tests.Observations;

/// <summary>Values as measured, from which an archive's climatology is subtracted: of temperature in °C and of pressure in Pa.</summary>
public sealed class AbsoluteValuesTests : IDisposable
{
    private const double PackingError = 0.002;
    private static readonly DateTime[] Days = FieldFileWriter.Days("1990-01-01", 1461);

    private readonly TemporaryFolder _folder = new();

    public AbsoluteValuesTests()
    {
        string[] inputs =
        [
            FieldFileWriter.Write(_folder.File("t.nc"), Days, Celsius, "t", "degC"),
            FieldFileWriter.Write(_folder.File("p.nc"), Days, Pascal, "p", "Pa"),
        ];
        Prepare(_folder.File("daily"), inputs, areAnomalies: false);
        Prepare(_folder.File("ready"), inputs, areAnomalies: true);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("C")]
    [InlineData("K")]
    [InlineData("°F")]
    public void A_field_s_own_value_at_a_cell_is_the_archive_s_anomaly_there(string units)
    {
        using var archive = AnomalyArchive.Open(_folder.File("daily"));
        // A leap day too.
        int[] days = [0, 200, Array.IndexOf(Days, new DateTime(1992, 2, 29)), 1460];
        var rows = from day in days from row in Enumerable.Range(0, 5) from column in Enumerable.Range(0, 6) select (day, row, column);
        var table = Read(archive, "lat,lon,value,units,variable,time\n" + string.Concat(rows.Select(r =>
        {
            var celsius = Celsius(Days[r.day], FieldFileWriter.Latitudes[r.row], FieldFileWriter.Longitudes[r.column]);
            var value = units switch { "C" => celsius, "K" => celsius + 273.15, _ => celsius * 1.8 + 32 };
            return FormattableString.Invariant($"{FieldFileWriter.Latitudes[r.row]},{FieldFileWriter.Longitudes[r.column]},{value:R},{units},t,{Days[r.day]:yyyy-MM-dd}\n");
        })));
        var fields = days.ToDictionary(d => d, d => archive.Read(d));
        foreach (var (r, o) in rows.Zip(table.Observations))
        {
            Assert.Equal(fields[r.day][r.row * 6 + r.column], o.Anomaly, PackingError);
            Assert.Equal(Celsius(Days[r.day], o.Latitude, o.Longitude), o.Value!.Value, 1e-4);
            Assert.Equal(o.Anomaly, o.Value!.Value - o.Climatology!.Value, 1e-9);
        }
    }

    [Fact]
    public void Between_cells_the_mean_is_interpolated_as_the_observation_operator_does_and_units_are_those_of_the_variable()
    {
        using var archive = AnomalyArchive.Open(_folder.File("daily"));
        var table = Read(archive, "lat,lon,value [hPa],error,variable,time\n15,330,1010,0.5,p,1991-07-04T18:00\n-45,-15,990,1,p,1991-01-02\n");
        var p = archive.Variables.ToList().FindIndex(v => v.Name == "p");
        foreach (var o in table.Observations)
        {
            var h = new ObservationOperator(archive.Grid, ["p"], new ObservationTable([o]));
            Assert.Equal(h.Apply(archive.ReadClimatologicalMean(p, o.Time!.Value))[0], o.Climatology!.Value, 1e-6);
        }

        Assert.Equal([101000, 99000], table.Observations.Select(o => o.Value!.Value));
        Assert.Equal([50, 100], table.Error);
        Assert.Contains("absolute values: differences in elevation between the stations and the fields are not corrected", table.Notes);
    }

    [Fact]
    public void Units_for_all_or_for_one_variable_stand_for_those_that_are_not_in_the_file()
    {
        using var archive = AnomalyArchive.Open(_folder.File("daily"));
        const string Text = "lat,lon,value,variable,time\n0,0,20,t,1990-05-01\n0,0,1000,p,1990-05-01\n";
        var table = Read(archive, Text, "K", "t=C", "p=hPa");
        Assert.Equal([20, 100000], table.Observations.Select(o => o.Value!.Value));
        Assert.Contains("absolute values need their units", Refusal(archive, Text, "t=C").Message);
        Assert.Equal(nameof(ObservationReading.Units), Refusal(archive, Text).Setting);
        Assert.Contains("units 'K' cannot be converted to 'Pa', those of 'p'", Refusal(archive, Text, "K", "t=hPa").Message + Refusal(archive, "lat,lon,value,variable,time\n0,0,9,p,1990-05-01\n", "K").Message);
        Assert.Contains("there is no variable 'q'", Refusal(archive, Text, "q=C").Message);
    }

    [Fact]
    public void What_has_no_climatology_is_flagged_and_what_lacks_a_time_or_a_variable_refused()
    {
        double[] latitudes = [60, 50, 40], longitudes = [0, 10, 20];
        Prepare(_folder.File("region"), [FieldFileWriter.Write(_folder.File("rt.nc"), Days, Celsius, "t", "degC", latitudes, longitudes), FieldFileWriter.Write(_folder.File("rp.nc"), Days, Pascal, "p", "Pa", latitudes, longitudes)], areAnomalies: false);
        using var archive = AnomalyArchive.Open(_folder.File("region"));
        var table = Read(archive, "lat,lon,value,variable,time,units\n50,5,20,t,1990-05-01,C\n-30,0,20,t,1990-05-01,C\n50,0,20,t,,C\n51,2,20,q,1990-05-01,C\n50,10,20,t,1990-05-01,C\n52,3,20,t,1990-05-01,C\n");
        Assert.Null(table.Observations[0].Flag);
        Assert.StartsWith("rejected: (-30, 0) is outside the grid", table.Observations[1].Flag);
        Assert.Equal("unreadable: absolute values need a time, for the climatology of its day or month", table.Observations[2].Flag);
        Assert.Equal("rejected: its variable 'q' is not among 't', 'p'", table.Observations[3].Flag);
        Assert.Contains("which of 't', 'p' was observed? Name it in a column 'variable'", Refusal(archive, "lat,lon,value,time\n0,0,20,1990-05-01\n", "C").Message);
        Assert.Contains("no column for the value ('value'", Refusal(archive, "lat,lon,anomaly,time\n0,0,20,1990-05-01\n", "C").Message);
        using var ready = AnomalyArchive.Open(_folder.File("ready"));
        Assert.Contains("since it was made of anomalies", Refusal(ready, "lat,lon,value,time\n0,0,20,1990-05-01\n", "C").Message);
    }

    [Fact]
    public void A_code_is_found_among_absolute_values_and_repeats_keep_value_and_mean_together()
    {
        using var archive = AnomalyArchive.Open(_folder.File("daily"));
        var rows = Enumerable.Range(0, 30).Select(i => $"{i},{3 * i},{10 + i % 7},1990-05-01\n");
        var table = Read(archive, $"lat,lon,value,time\n{string.Concat(rows)}0,0,14,1990-05-01\n1,200,-9999,1990-05-01\n2,200,-9999,1990-05-01\n".Replace("lat,lon,value,time", "lat,lon,value,time,variable").Replace("-05-01\n", "-05-01,t\n"), "C");
        Assert.Equal([RowFlag.MissingCode, RowFlag.MissingCode], table.Observations.TakeLast(2).Select(o => o.Flag));
        Assert.Equal([-9999, -9999], table.Observations.TakeLast(2).Select(o => o.Value!.Value));
        var first = table.Observations[0];
        Assert.Equal(12, first.Value!.Value, 1e-9);
        Assert.Equal(first.Anomaly, first.Value!.Value - first.Climatology!.Value, 1e-9);
    }

    [Fact]
    public void Anomalies_with_units_are_brought_to_those_of_the_variable_without_an_offset()
    {
        using var archive = AnomalyArchive.Open(_folder.File("daily"));
        var table = ObservationFile.Read(
            [_folder.Write("obs.csv", "lat,lon,anomaly,units,variable,error\n0,0,9,F,t,1.8\n0,0,-3,hPa,p,1\n0,60,2.5,degC,t,\n0,60,7,,p,\n")],
            new ObservationReading { Variables = archive.Variables });
        Assert.Equal([5, -300, 2.5, 7], table.Anomaly.Select(a => Math.Round(a, 9)));
        Assert.Equal([1, 100, null, null], table.Error);
    }

    private static float Celsius(DateTime time, double latitude, double longitude) => FieldFileWriter.Weather(time, latitude, longitude) - 273.15f;

    private static float Pascal(DateTime time, double latitude, double longitude) => 60000 + 150 * FieldFileWriter.Weather(time, longitude / 5, latitude * 2);

    private static void Prepare(string output, string[] inputs, bool areAnomalies) => ArchivePreparation.Run(
        new PreparationOptions { Inputs = inputs, Output = output, Command = "test", AreAnomalies = areAnomalies }, null, TestContext.Current.CancellationToken);

    private ObservationTable Read(AnomalyArchive archive, string text, params string[] units) => ObservationFile.Read(
        [_folder.Write("obs.csv", text)], new ObservationReading { Variables = archive.Variables, Absolute = true, Climatology = archive, Units = units });

    private InvalidInputException Refusal(AnomalyArchive archive, string text, params string[] units) => Assert.Throws<InvalidInputException>(() => Read(archive, text, units));
}
