using System.Text;
using Microsoft.Data.Analysis;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Observations;

namespace VaeDa.Tests.Fuzzing;

/// <summary>The readers of tables on broken ones.</summary>
[Collection(nameof(Fuzzing))]
public sealed class TableFuzzTests : IDisposable
{
    private static readonly Variable[] Variables = [new() { Name = "ta", Units = "K" }, new() { Name = "psl", Units = "Pa" }];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv")]
    [InlineData("sef")]
    [InlineData("parquet")]
    [InlineData("frame")]
    public void Broken_files_are_refused_in_one_line(string kind) => Summarise(kind, 1000, seed: 1);

    [Theory(Explicit = true), Trait("Set", "CI")]
    [InlineData("csv")]
    [InlineData("sef")]
    [InlineData("parquet")]
    [InlineData("frame")]
    public void More_broken_files_are_refused_in_one_line(string kind) => Summarise(kind, 20_000, seed: 2);

    [Theory(Explicit = true)]
    [InlineData("csv")]
    [InlineData("sef")]
    [InlineData("parquet")]
    [InlineData("frame")]
    public void A_million_broken_files_are_refused_in_one_line(string kind) => Summarise(kind, 1_000_000, seed: Environment.TickCount);

    private void Summarise(string kind, long mutations, int seed)
    {
        var target = kind switch
        {
            "csv" => new FuzzTarget("o.csv", [.. Csv().Select(Encoding.UTF8.GetBytes)], Tokens(",", ";", "\"", "\n", "#", "NaN", "-9999", "\0", "é", "lat", "variable", "2000-01-15", "1e999", "\t"), Observations),
            "sef" => new FuzzTarget("o.sef", [Encoding.UTF8.GetBytes(Sef)], Tokens("\t", "\n", "SEF", "ta", "mslp", "qc=bad", "1month", "NA", "\0"), Observations),
            "parquet" => new FuzzTarget("o.parquet", [Parquet()], Tokens("PAR1", "\0", "lat", "station"), Observations),
            _ => new FuzzTarget("f.parquet", [Parquet()], Tokens("PAR1", "\0", "lat", "station"), path => DataFrameFile.Read(path)),
        };
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}, seed {seed}: {target.Run(mutations, seed)}");
    }

    private static void Observations(string path) => ObservationFile.Read([path], new ObservationReading { Variables = Variables });

    private byte[] Parquet()
    {
        var path = _folder.File("whole.parquet");
        if (!File.Exists(path))
        {
            int[] rows = [.. Enumerable.Range(0, 40)];
            DataFrameFile.Write(new DataFrame(
                new DoubleDataFrameColumn("lat", rows.Select(i => 2.0 * i)),
                new DoubleDataFrameColumn("lon", rows.Select(i => 3.0 * i)),
                new SingleDataFrameColumn("anomaly", rows.Select(i => i % 7 == 0 ? (float?)null : i / 10f)),
                new StringDataFrameColumn("variable", rows.Select(i => i % 2 == 0 ? "ta" : "psl")),
                new StringDataFrameColumn("station", rows.Select(i => $"s{i}")),
                new DateTimeDataFrameColumn("time", rows.Select(i => new DateTime(2000, 1, 1).AddDays(i)))), path);
        }

        return File.ReadAllBytes(path);
    }

    private static byte[][] Tokens(params string[] words) => Array.ConvertAll(words, Encoding.UTF8.GetBytes);

    private static IEnumerable<string> Csv()
    {
        yield return "lat,lon,anomaly,variable,station,time,error\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{i}.5,{10 * i},{i % 3}.25,ta,\"S, {i}\",2000-01-{i + 1:00}T06:00,0.5\n"));
        yield return "# source: none\nLAT [deg];LON [deg];value (hPa);year;month;day;hour;var\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"51.{i}N;0.{i}°W;{i};1916;3;{i + 1};12;psl\n"));
        yield return "\uFEFFlatitude\tlongitude\tobs\tvar\n10\t20\t1\tta\n\n11\t21\tNA\tta\n% a comment\n12\t22\t-9999\tta\n";
    }

    private const string Sef = "SEF\t0.2.0\nID\tDWR_B\nName\tBergen\nLat\t60.4\nLon\t5.3\nAlt\t22\nSource\tDWR\nLink\tNA\nVbl\tta\nStat\tmean\nUnits\tC\nMeta\tanomaly\nYear\tMonth\tDay\tHour\tMinute\tPeriod\tValue\tMeta\n1916\t3\t1\t8\t0\t1day\t1.5\tqc=ok\n1916\t3\t2\t8\t0\t1day\t2.5\t\n1916\t3\t3\t8\t0\t1day\tNA\t\n";
}
