using ParquetSharp;
using VaeDa.Observations;

namespace VaeDa.Tests.Observations;

/// <summary>What docs/formats.md says of the columns and files of observations, where no other test shows it.</summary>
public sealed class TableOfColumnsTests : IDisposable
{
    private static readonly Observation Known = new(50, 10, 1.5) { Error = 0.5, Variable = "t", Time = new DateTime(2000, 1, 15), Station = "A", Line = 2 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lat,lon,anomaly,error,variable,time,station")]
    [InlineData("latitude,longitude,value,sigma,var,datetime,id")]
    [InlineData("Latitude,LONG,obs,Uncertainty,VAR,Date,name")]
    public void Each_column_is_known_by_its_other_names(string header) =>
        Assert.Equal(Known, Assert.Single(Read($"{header}\n50,10,1.5,0.5,t,2000-01-15,A\n").Observations));

    [Theory]
    [InlineData("-180")]
    [InlineData("360")]
    public void Longitudes_are_within_one_convention_or_the_other(string longitude) =>
        Assert.Equal(double.Parse(longitude, System.Globalization.CultureInfo.InvariantCulture), Read($"lat,lon,anomaly\n50,{longitude},1\n").Longitude[0]);

    [Theory]
    [InlineData(new byte[] { 0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 1, 2 }, "compressed by xz")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 4, 0, 1, 2 }, "compressed by zstd")]
    [InlineData(new byte[] { 0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a }, "netCDF")]
    public void Other_compressions_and_netCDF_4_are_refused_by_name(byte[] bytes, string name)
    {
        File.WriteAllBytes(_folder.File("obs.csv"), bytes);
        Assert.Contains($"obs.csv: not a table: it is {name}", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("obs.csv"))).Message);
    }

    [Fact]
    public void Parquet_of_half_precision_and_dictionaries_is_read()
    {
        using var properties = new WriterPropertiesBuilder().EnableDictionary("station").Build();
        using (var file = new ParquetFileWriter(_folder.File("obs.parquet"), [new Column<double>("lat"), new Column<double>("lon"), new Column<Half>("anomaly"), new Column<string>("station")], properties))
        {
            using (var group = file.AppendRowGroup())
            {
                Values(group, 50.0, 51, 52);
                Values(group, 10.0, 10, 10);
                Values(group, (Half)1.5, (Half)(-2), Half.NaN);
                Values(group, "A", "B", "A");
            }

            file.Close();
        }

        var table = ObservationFile.Read(_folder.File("obs.parquet"));
        Assert.Equal([1.5, -2], table.Anomaly);
        Assert.Equal(["A", "B"], table.Station);
        Assert.Equal([3], table.RejectedLines);
    }

    private static void Values<T>(RowGroupWriter group, params T[] values)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch(values);
    }

    private ObservationTable Read(string text) => ObservationFile.Read(_folder.Write("obs.csv", text));
}
