using System.Text;
using VaeDa.Fields;
using VaeDa.Observations;
using VaeDa.Observations.Rows;

namespace VaeDa.Tests.Observations.Rows;

public sealed class SefTableTests : IDisposable
{
    private static readonly Variable[] Temperature = [new() { Name = "t2m", Units = "K" }];
    private static readonly Variable[] Both = [.. Temperature, new() { Name = "msl", Units = "Pa" }];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_header_gives_every_row_its_station_place_variable_and_units()
    {
        var table = Read("ta", "mean", "C", "1887\t2\t18\t\t\tday\t16.5\torig=61.7F\n1887\t2\t19\t24\t0\tday\tNA\t\n1887\t2\t20\t11\t17\t0\t-3\n");
        Assert.True(table.IsAbsolute);
        Assert.Equal(["station", "lat", "lon", "variable", "units", "year", "month", "day", "hour", "minute", "value"], table.Names);
        Assert.Equal(["Rosario", "-32.945", "-60.333", "t2m", "C", "1887", "2", "18", "", "", "16.5"], table.Rows.ElementAt(0).Cells);
        // Of a calendar day the hour may be that of its end.
        Assert.Equal(["19", "", "", "NA"], table.Rows.ElementAt(1).Cells[7..]);
        Assert.Equal(["20", "11", "17", "-3"], table.Rows.ElementAt(2).Cells[7..]);
        Assert.Equal([14, 15, 16], table.Rows.Select(row => row.Line));
        Assert.Equal("ta (mean, C) is taken for 't2m'", table.Note);
    }

    [Fact]
    public void Of_a_month_or_year_the_day_may_be_missing()
    {
        var table = Read("ta", "mean", "C", "1887\t2\t\t\t\tmonth\t16.5\t\n1888\tNA\tNA\tNA\tNA\tyear\t16.5\t\n1889\t3\t31\t24\t0\t1month\t16.5\t\n");
        Assert.Equal([["1887", "2", "1"], ["1888", "1", "1"], ["1889", "3", "1"]], table.Rows.Select(row => row.Cells[5..8]));
    }

    [Theory]
    [InlineData("qc=climatic_outliers", "qc=climatic_outliers")]
    [InlineData("orig=12|qc=wmo_gross_errors;x|atb=5", "qc=wmo_gross_errors;x")]
    [InlineData("orig=12", null)]
    [InlineData("qc=", null)]
    [InlineData("qc=passed", null)]
    public void A_quality_flag_is_a_doubt_of_the_row(string meta, string? doubt) =>
        Assert.Equal(doubt, Read("ta", "point", "C", $"1887\t2\t18\t7\t0\t0\t16.5\t{meta}\n").Rows.First().Doubt);

    [Theory]
    [InlineData("ta", "mean", "C", "t2m")]
    [InlineData("t_air", "point", "F", "t2m")]
    [InlineData("ta", "maximum", "C", null)]
    [InlineData("Tx", "maximum", "C", null)]
    [InlineData("td", "point", "C", null)]
    [InlineData("ta", "standard_deviation", "C", null)]
    [InlineData("ta", "mean", "mm", null)]
    [InlineData("mslp", "point", "hPa", "msl")]
    [InlineData("mslp", "point", "mmHg", "msl")]
    [InlineData("p", "point", "hPa", null)] // not reduced to sea level
    [InlineData("rr", "sum", "mm", null)]
    public void A_variable_of_the_model_is_found_where_there_can_be_no_doubt(string code, string statistic, string units, string? name)
    {
        Assert.Equal(name, SefVariable.Find(code, statistic, units, Both));
        Assert.Equal(name == "msl" ? null : name, SefVariable.Find(code, statistic, units, Temperature));
    }

    [Fact]
    public void The_only_variable_of_a_model_is_it_unless_its_name_says_another()
    {
        Assert.Equal("field", SefVariable.Find("ta", "mean", "C", [new Variable { Name = "field", Units = "K" }]));
        Assert.Null(SefVariable.Find("Tn", "minimum", "C", [new Variable { Name = "field", Units = "K" }]));
        Assert.Null(SefVariable.Find("ta", "mean", "C", [new Variable { Name = "tasmax", Units = "K" }]));
        Assert.Equal("tasmax", SefVariable.Find("Tx", "maximum", "C", [new Variable { Name = "tasmax", Units = "K" }]));
        Assert.Equal("x", SefVariable.Find("mslp", "mean", "hPa", [new Variable { Name = "x", Units = "Pa", LongName = "Air pressure at sea level" }]));
    }

    [Fact]
    public void A_file_of_another_variable_has_no_rows_and_says_so()
    {
        var table = Read("rr", "sum", "mm", "1887\t2\t18\t7\t0\tp1day\t3.2\t\n1887\t2\t19\t7\t0\tp1day\t3.2\t\n");
        Assert.Empty(table.Rows);
        Assert.Equal(("it holds rr (sum, mm), which is none of the variables 't2m' [K], 'msl' [Pa]", 2), (table.Note, table.Unused));
    }

    [Theory]
    [InlineData("Lat\t", "Latitude\t", ":4: 'Lat' is due here")]
    [InlineData("Vbl\tta\n", "", ":9: 'Vbl' is due here")]
    [InlineData("\tPeriod", "", ":13: the columns of the Station Exchange Format are due here")]
    public void A_header_that_is_another_is_refused_by_line(string text, string other, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(Text("ta", "mean", "C", "1887\t2\t18\t\t\tday\t16.5\t\n").Replace(text, other));
        Assert.StartsWith("obs.tsv" + message, Assert.Throws<InvalidInputException>(() => SefTable.Read("obs.tsv", () => new MemoryStream(bytes), Both)).Message);
    }

    [Fact]
    public void It_is_known_by_its_first_bytes_whatever_the_file_is_called_and_is_absolute()
    {
        var path = _folder.Write("obs.csv", "\uFEFF" + Text("ta", "mean", "C", "1887\t2\t18\t\t\tday\t16.5\t\n").ReplaceLineEndings("\r\n"));
        var refusal = Assert.Throws<InvalidInputException>(() => ObservationFile.Read(path));
        Assert.Contains("obs.csv: its values are as measured, not anomalies", refusal.Message);
        Assert.Equal(nameof(ObservationReading.Absolute), refusal.Setting);
        var anomalies = _folder.Write("anomalies.tsv", Text("ta", "mean", "C", "1887\t2\t18\t\t\tday\t-1.5\t\n1887\t2\t19\t\t\tday\twarm\t\n1887\t2\t20\t\t\tday\t2\tqc=x\n1887\t2\t21\t\t\tday\t2\t\n").Replace("Meta\tObserver=me", "Meta\tAnomalies of 1961-1990"));
        var table = ObservationFile.Read([anomalies], new ObservationReading { Variables = Temperature });
        Assert.Equal([null, "unreadable: column 'value': 'warm' is not a number", "missing: flagged by its source, qc=x", null], table.Observations.Select(o => o.Flag));
        Assert.Equal((-1.5, "t2m", new DateTime(1887, 2, 18), "Rosario"), (table.Anomaly[0], table.Variable[0], table.Time[0], table.Station[0]));
        Assert.DoesNotContain(table.Notes, note => note.Contains("anomalies.tsv: ta", StringComparison.Ordinal));
        Assert.Contains("1 rows are flagged by their source's own quality control and left out (lines 16)", table.Notes);
    }

    private static VaeDa.Files.TextTable Read(string variable, string statistic, string units, string rows) =>
        SefTable.Read("obs.tsv", () => new MemoryStream(Encoding.UTF8.GetBytes(Text(variable, statistic, units, rows))), Both);

    private static string Text(string variable, string statistic, string units, string rows) =>
        $"SEF\t1.0.0\nID\tRosario\nName\tRosario de Santa Fe\nLat\t-32.945\nLon\t-60.333\nAlt\t36\nSource\tC3S\nLink\t\nVbl\t{variable}\nStat\t{statistic}\nUnits\t{units}\nMeta\tObserver=me\nYear\tMonth\tDay\tHour\tMinute\tPeriod\tValue\tMeta\n{rows}";
}
