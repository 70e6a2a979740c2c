using System.Globalization;
using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Files.Netcdf;
using VaeDa.Observations;

namespace VaeDa.Cli.Tests.Commands.Assimilate;

/// <summary>The bundled observations as they would be measured: in °C, in a file for each station, with the bundled climatology.</summary>
public sealed class AbsoluteObservationsTests : IDisposable
{
    private static readonly string Data = Path.Combine(VaedaProcess.BuiltFolder, "data");
    private static readonly ObservationTable Anomalies = ObservationFile.Read(Path.Combine(Data, "observations", "sparse.csv"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_the_station_exchange_format_gives_the_analysis_of_the_anomalies()
    {
        WriteStations();
        Assert.Equal(0, Assimilate("sparse").ExitCode);
        var run = Assimilate("rescued", "--absolute", "--csv", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("sample: its climatological mean, of 1983-01-01 to 1998-12-26, is subtracted from the absolute values", run.Error);
        Assert.Contains("rescued: absolute values: differences in elevation between the stations and the fields are not corrected", run.Error);
        Assert.Contains("it holds rr (sum, mm), which is none of the variables 'ta' [K]; 1 rows are not used", run.Error);
        Assert.DoesNotContain("warning", run.Error);
        var field = Field("sparse.analysis");
        Assert.All(field.Zip(Field("rescued.analysis")), p => Assert.Equal(p.First, p.Second, 1e-3));

        var rows = new ParquetTable(_folder.File("rescued.analysis/observations.parquet"));
        Assert.Equal(Anomalies.Anomaly, rows.Numbers("anomaly").Select((a, i) => Math.Abs(a - Anomalies.Anomaly[i]) < 1e-3 ? Anomalies.Anomaly[i] : a));
        Assert.Equal(rows.Numbers("anomaly").Select(a => Math.Round(a, 6)), rows.Numbers("value").Zip(rows.Numbers("climatology"), (v, c) => Math.Round(v - c, 6)));
        Assert.All(rows.Numbers("value"), kelvin => Assert.InRange(kelvin, 200, 330));
        Assert.Equal("rescued/0000.tsv", rows.Texts("source")[0]!.Replace('\\', '/'));
        Assert.All(rows.Numbers("line"), line => Assert.Equal(14, line));
        var csv = File.ReadAllLines(_folder.File("rescued.analysis/observations.csv"));
        Assert.Equal(rows.Names, csv[0].Split(','));
        Assert.Equal(rows.Rows + 1, csv.Length);
    }

    [Fact]
    public void What_is_not_known_of_absolute_values_is_asked_for()
    {
        WriteStations();
        File.WriteAllText(_folder.File("obs.csv"), "lat,lon,value,time\n10,20,15.5,2000-01-15\n");
        File.WriteAllText(_folder.File("never.csv"), "lat,lon,value\n10,20,15.5\n");
        Refused(1, "its values are as measured, not anomalies: say that they are absolute, so that a climatology is subtracted (--absolute)", "rescued/0000.tsv");
        Refused(1, "absolute values need their units, such as K, in a column 'units' or for all (--units)", "obs.csv", "--absolute");
        Refused(1, "units 'hPa' cannot be converted to 'K', those of 'ta'", "obs.csv", "--absolute", "--units", "hPa");
        Refused(1, "never.csv:2: absolute values need a time", "never.csv", "--absolute", "--units", "C");
        Refused(2, "--climatology is for absolute values: add --absolute", "obs.csv", "--climatology", "sample");
        Refused(1, "there is no folder 'nowhere'", "obs.csv", "--absolute", "--units", "C", "--climatology", "nowhere");
    }

    [Fact]
    public void A_climatology_that_is_not_the_model_s_is_warned_of()
    {
        File.WriteAllText(_folder.File("obs.csv"), "lat,lon,value,units,time\n10,20,25,C,2000-01-15\n");
        Directory.CreateDirectory(_folder.File("other"));
        foreach (var file in Directory.GetFiles(Path.Combine(Data, "sample")))
        {
            File.Copy(file, Path.Combine(_folder.File("other"), Path.GetFileName(file)));
        }

        var description = _folder.File("other/archive.json");
        File.WriteAllText(description, File.ReadAllText(description).Replace("\"first\": \"1983-01-01\"", "\"first\": \"1931-01-01\""));
        var run = Assimilate("obs.csv", "--absolute", "--climatology", "other", "--reject-beyond", "Infinity");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("warning: other: the model was trained on 5835 fields, 1983-01-01 to 1998-12-26, which are not this archive's", run.Error);
    }

    [Fact]
    public void The_worst_outliers_are_named_and_the_others_counted()
    {
        // Seven of a hundred are wrong, by 10 to 16 K.
        var rows = Anomalies.Observations.Select((o, i) => i % 15 == 3 ? o with { Anomaly = o.Anomaly + 10 + i / 15, Station = $"wrong-{i / 15}" } : o).ToArray();
        new ObservationTable(rows).Write(_folder.File("wrong.csv"));
        var run = Assimilate("wrong.csv");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("93 observations assimilated, 0 rejected, 7 left out as outliers", run.Output);
        Assert.Equal(5, run.Output.Split('\n').Count(line => line.StartsWith("  wrong-", StringComparison.Ordinal)));
        Assert.Contains("\n  and 2 more\n", run.Output.ReplaceLineEndings("\n"));
        var json = JsonDocument.Parse(File.ReadAllText(_folder.File("wrong.analysis/analysis.json"))).RootElement.GetProperty("diagnostics").GetProperty("worstFlagged");
        var worst = json.EnumerateArray().Select(o => Math.Abs(o.GetProperty("anomaly").GetDouble() - o.GetProperty("expected").GetDouble()) / o.GetProperty("spread").GetDouble()).ToArray();
        Assert.Equal(5, worst.Length);
        Assert.Equal(worst.OrderDescending(), worst);
        Assert.True(worst[^1] > 4);
    }

    private void WriteStations()
    {
        Directory.CreateDirectory(_folder.File("rescued"));
        using var archive = AnomalyArchive.Open(Path.Combine(Data, "sample"));
        var h = new ObservationOperator(archive.Grid, ["ta"], Anomalies);
        var mean = h.Apply(archive.ReadClimatologicalMean(0, Anomalies.AnalysisTime!.Value));
        for (var i = 0; i < Anomalies.Count; i++)
        {
            Write($"rescued/{i:0000}.tsv", i, "ta", "mean", "C", $"{Anomalies.Time[i]:yyyy\tM\td}\t24\t0\tday\t{(Anomalies.Anomaly[i] + mean[i] - 273.15).ToString(CultureInfo.InvariantCulture)}\torig=x");
        }

        Write("rescued/0000_rr.tsv", 0, "rr", "sum", "mm", "2000\t1\t15\t\t\tday\t3.2\t");
    }

    private void Write(string name, int station, string variable, string statistic, string units, string row) => File.WriteAllText(_folder.File(name), FormattableString.Invariant(
        $"SEF\t1.0.0\nID\tS{station}\nName\tStation {station}\nLat\t{Anomalies.Latitude[station]}\nLon\t{Anomalies.Longitude[station]}\nAlt\tNA\nSource\tX\nLink\t\nVbl\t{variable}\nStat\t{statistic}\nUnits\t{units}\nMeta\t\nYear\tMonth\tDay\tHour\tMinute\tPeriod\tValue\tMeta\n{row}\n"));

    private double[] Field(string folder)
    {
        using var file = NetcdfDataset.Open(_folder.File($"{folder}/analysis.nc"));
        return file.ReadAll(file.Find("ta_analysis")!);
    }

    private void Refused(int exitCode, string message, params string[] arguments)
    {
        var run = Assimilate(arguments);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error.TrimEnd().Split('\n')[^1]);
        Assert.Empty(Directory.GetDirectories(_folder.Path, "*.analysis"));
    }

    private VaedaProcess Assimilate(params string[] arguments) => VaedaProcess.RunIn(_folder.Path, ["assimilate", .. arguments, "--threads", "1", "--members", "0"]);
}
