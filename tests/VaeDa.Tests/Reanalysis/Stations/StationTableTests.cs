using VaeDa.Files;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Tests.Reanalysis.Stations;

public sealed class StationTableTests : IDisposable
{
    private const string Header = "station,kind,from,to,offset,standard_error\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_but_for_what_is_not_to_be_corrected()
    {
        var (from, to) = (new DateTime(2000, 5, 12, 12, 0, 0, DateTimeKind.Utc), new DateTime(2001, 12, 31, 12, 0, 0, DateTimeKind.Utc));
        StationBreak[] parts =
        [
            new("a", "t", 47.9, 3.85, BreakKind.None, from.AddDays(-90), from.AddDays(-1), 90, 0.012, 0.1, 0, 0),
            new("a", "t", 47.9, 3.85, BreakKind.Jump, from, to, 598, 1.2345, 0.05, 0, 0),
            new("b, \"north\"", null, -80, 359, BreakKind.Drift, from, to, 598, 123.45, 10, -500, 20),
            new("c", null, 1, 2, BreakKind.Echo, from, to, 598, 0.5, 0.05, 0, 0),
        ];
        foreach (var name in new[] { "stations.csv", "stations.parquet" })
        {
            DataFrameFile.Write(StationTable.ToDataFrame(parts), _folder.File(name));
            Assert.Equal([parts[1], parts[2]], StationTable.Read(_folder.File(name)));
        }
    }

    [Theory]
    [InlineData("station,kind,from,to,offset\n", "the header has no column 'standard_error'")]
    [InlineData(Header + "a,leap,2000-01-01,2000-02-01,1,0.1\n", ":2: column 'kind': 'leap' is none of none, jump")]
    [InlineData(Header + "a,3,2000-01-01,2000-02-01,1,0.1\n", ":2: column 'kind': '3' is none of")]
    [InlineData(Header + "a,jump,2000-01-01,2000-02-01,one,0.1\n", ":2: column 'offset': 'one' is not a number")]
    [InlineData(Header + "a,jump,2000-01-01,2000-02-01,1,-0.1\n", ":2: column 'standard_error': '-0.1' is below 0")]
    [InlineData(Header + "a,jump,2000-01-01,2000-02-01,1,\n", ":2: column 'standard_error': '' is not a number")]
    [InlineData(Header + "a,jump,2000-13-01,2000-02-01,1,0.1\n", ":2: column 'from': '2000-13-01' is not a date")]
    [InlineData(Header + "a,jump,2000-03-01,2000-02-01,1,0.1\n", ":2: column 'to': '2000-02-01' is before the column 'from'")]
    [InlineData(Header + ",jump,2000-01-01,2000-02-01,1,0.1\n", ":2: column 'station': '' is not a name")]
    [InlineData(Header + "a,jump,2000-01-01,2000-02-01,1,0.1\na,jump,2000-02-01,2000-03-01,1,0.1\n", ":3: column 'from': '2000-02-01' is within another row's dates")]
    [InlineData(Header + "a,jump,2000-01-01\n", ":2: 3 cells in the row; the header has 6")]
    public void What_cannot_be_right_is_refused(string text, string message)
    {
        File.WriteAllText(_folder.File("bad.csv"), text);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => StationTable.Read(_folder.File("bad.csv"))).Message);
    }
}
