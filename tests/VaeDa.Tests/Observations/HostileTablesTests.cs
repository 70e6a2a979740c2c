using System.Text;
using VaeDa.Files;
using VaeDa.Observations;

namespace VaeDa.Tests.Observations;

[Collection(nameof(Fuzzing.Fuzzing))] // others' memory would be counted
public sealed class HostileTablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"", 1)]
    [InlineData("lat,lon,anomaly,station\n10,20,1,\"A\n11,21,2,B\n12,22,3,C\n", 2)]
    [InlineData("lat,lon,anomaly,station\n10,20,1,A\n11,21,2,\"B\"\"\n12,22,3,C\n", 3)]
    [InlineData("# a comment\n\nlat,lon,anomaly,\"station\n10,20,1,A\n", 3)]
    public void A_quote_that_is_never_closed_is_told_with_its_line(string text, int line) =>
        Assert.Equal($"{_folder.File("o.csv")}:{line}: a quote is opened here and closed nowhere", Refused(text));

    // It would be closed by that of the third row, and the rows between would be one cell.
    [Fact]
    public void Inches_within_a_cell_do_not_swallow_the_rows_up_to_the_next()
    {
        Assert.StartsWith($"{_folder.File("o.csv")}:2: a quote stands within a cell", Refused("lat,lon,anomaly,station\n10,20,1,5\" pipe\n11,21,2,B\n12,22,3,3\" pipe\n"), StringComparison.Ordinal);
        Assert.Equal(2, Read("lat,lon,anomaly,station\n10,20,1,5\" and 6\" pipes\n11,21,2,B\n").Count);
    }

    [Fact]
    public void Quoted_cells_with_breaks_separators_and_doubled_quotes_are_read()
    {
        var table = Read("lat,lon,anomaly,station\n10,20,1,\"A,\n\"\"b\"\"\"\n11,21,2, \"B\" \n");
        Assert.Equal(["A,\n\"b\"", "B"], table.Observations.Select(o => o.Station!.ReplaceLineEndings("\n")));
        Assert.Equal([2, 4], table.Observations.Select(o => o.Line));
    }

    [Theory]
    [InlineData("10\0", "20", "1", "lat")]
    [InlineData("10", "20\0\0", "1", "lon")]
    [InlineData("10", "20", "1\0", "anomaly")]
    public void A_NUL_at_the_end_of_a_number_makes_it_none(string latitude, string longitude, string anomaly, string column) =>
        Assert.Equal($"{_folder.File("o.csv")}:2: column '{column}': '{(column == "lat" ? "10?" : column == "lon" ? "20??" : "1?")}' is not a number", Refused($"lat,lon,anomaly\n{latitude},{longitude},{anomaly}\n"));

    [Fact]
    public void A_NUL_at_the_end_of_a_time_makes_it_none() =>
        Assert.Contains("column 'time': '2000-01-15?' is not a time", Refused("lat,lon,anomaly,time\n10,20,1,2000-01-15\0\n"));

    [Fact]
    public void Of_a_long_cell_only_the_beginning_is_shown()
    {
        var message = Refused($"lat,lon,anomaly\n10,20,{new string('9', 100_000)}x\n");
        Assert.Contains($"'{new string('9', 60)}…' is not a number", message);
        Assert.InRange(message.Length, 0, 300);
        Assert.InRange(Refused($"{new string('l', 100_000)},{new string('m', 100_000)}\n10,20\n").Length, 0, 600);
    }

    [Fact]
    public void A_file_without_ends_of_lines_is_refused_before_memory_is_full()
    {
        using (var file = File.Create(_folder.File("o.csv")))
        {
            file.SetLength(300 << 20);
        }

        var before = GC.GetTotalAllocatedBytes();
        Assert.Contains("a line of more than 16,777,216 characters", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("o.csv"))).Message);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 200 << 20);
    }

    [Fact]
    public void A_row_that_is_longer_than_any_is_told_in_one_line()
    {
        var message = Refused("lat,lon,anomaly\n10,20," + new string('1', 17 << 20) + "\n");
        Assert.StartsWith($"{_folder.File("o.csv")}: not a CSV file", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "a device, not a file")]
    [InlineData("/dev/urandom", "a device, not a file")]
    [InlineData("/", "a folder, not a file")]
    public void What_is_no_file_is_refused(string path, string said)
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal($"{path}: {said}", Assert.Throws<InvalidInputException>(() => TextTable.Read(path, _ => true)).Message);
            Assert.Equal($"{path}: {said}", Assert.Throws<InvalidInputException>(() => SafetensorsFile.Read(path)).Message);
            Assert.Equal($"{path}: {said}", Assert.Throws<InvalidInputException>(() => DataFrameFile.Read(path)).Message);
        }
    }

    private ObservationTable Read(string text) => ObservationFile.Read(_folder.Write("o.csv", text));

    private string Refused(string text)
    {
        File.WriteAllBytes(_folder.File("o.csv"), Encoding.UTF8.GetBytes(text));
        var message = Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("o.csv"))).Message;
        Assert.DoesNotContain(message, char.IsControl);
        return message;
    }
}
