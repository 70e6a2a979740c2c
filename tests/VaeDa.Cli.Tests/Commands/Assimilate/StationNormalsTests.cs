using System.Globalization;

namespace VaeDa.Cli.Tests.Commands.Assimilate;

/// <summary>Monthly values as stations measured them, with the bundled model of the real world, which has no climatology of fields.</summary>
public sealed class StationNormalsTests : IDisposable
{
    private const string Years = "1951-1980";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_less_their_stations_normals_give_the_analysis_of_the_anomalies()
    {
        var rows = (from station in Enumerable.Range(0, 30) from year in Enumerable.Range(1951, 30) select (Station: station, Year: year, Departure: Departure(station, year))).ToList();
        var means = rows.GroupBy(r => r.Station).ToDictionary(g => g.Key, g => g.Average(r => r.Departure));
        Write("measured.csv", "value", rows.Select(r => (r.Station, r.Year, -20 + r.Station + r.Departure)));
        Write("anomalies.csv", "anomaly", rows.Where(r => r.Year == 1963).Select(r => (r.Station, r.Year, r.Departure - means[r.Station])));
        var run = Assimilate("measured.csv", "--absolute", "--normals", Years, "--units", "C", "--time", "1963-01");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, Assimilate("anomalies.csv").ExitCode);
        var (measured, given) = (new ParquetTable(_folder.File("measured.analysis/observations.parquet")), new ParquetTable(_folder.File("anomalies.analysis/observations.parquet")));
        Assert.All(measured.Numbers("anomaly").Zip(given.Numbers("anomaly")), p => Assert.Equal(p.First, p.Second, 1e-4));
        Assert.All(measured.Numbers("first_guess").Concat(measured.Numbers("analysis")).Zip(given.Numbers("first_guess").Concat(given.Numbers("analysis"))), p => Assert.Equal(p.First, p.Second, 1e-3));
        Assert.All(measured.Numbers("climatology"), kelvin => Assert.InRange(kelvin, 250, 290));
    }

    [Theory]
    [InlineData("--normals is for absolute values: add --absolute", "--model", "gistemp-monthly", "--normals", Years)]
    [InlineData("--normals takes the mean from the stations, --climatology from an archive: give one of them", "--model", "gistemp-monthly", "--absolute", "--normals", Years, "--climatology", "sample")]
    [InlineData("--normals are means of calendar months, and the model is not of monthly fields: give --climatology", "--absolute", "--normals", Years)]
    [InlineData("--normals: '1980-1951' does not name years; 1999 or 1981-2010 or 1983-1998,2000 would", "--model", "gistemp-monthly", "--absolute", "--normals", "1980-1951")]
    public void What_cannot_go_together_is_refused(string message, params string[] arguments)
    {
        Write("measured.csv", "value", [(1, 1963, 5.0)]);
        var run = VaedaProcess.RunIn(_folder.Path, ["assimilate", "measured.csv", .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error);
    }

    private static double Departure(int station, int year) => 2 * Math.Sin(0.2 * station + year);

    private void Write(string name, string column, IEnumerable<(int Station, int Year, double Value)> rows) => File.WriteAllText(_folder.File(name), $"lat,lon,{column},time,station,error\n"
        + string.Concat(rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{-40 + 3 * r.Station},{-150 + 10 * r.Station},{r.Value:R},{r.Year}-01-01,s{r.Station},0.5\n"))));

    private VaedaProcess Assimilate(params string[] arguments) => VaedaProcess.RunIn(_folder.Path, ["assimilate", .. arguments, "--model", "gistemp-monthly", "--threads", "1", "--members", "0"]);
}
