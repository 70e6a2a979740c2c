using System.Text.Json.Nodes;
using VaeDa.Archives;
using VaeDa.Archives.Preparation;

namespace VaeDa.Tests.Archives;

public sealed class IntactArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _archive;

    public IntactArchiveTests()
    {
        _archive = _folder.File("a");
        var input = FieldFileWriter.Write(_folder.File("in.nc"), [.. Enumerable.Range(0, 48).Select(m => new DateTime(1990 + m / 12, 1 + m % 12, 15, 0, 0, 0, DateTimeKind.Utc))], FieldFileWriter.Weather);
        ArchivePreparation.Run(new PreparationOptions { Inputs = [input], Output = _archive, Command = "test" }, null, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();

    // One bit in each 7th byte, each of the eight in turn.
    [Theory]
    [InlineData("archive.json")]
    [InlineData("climatology.nc")]
    [InlineData("anomaly_1991.nc")]
    public void A_bit_that_flips_anywhere_is_noticed_by_whoever_reads_all(string name)
    {
        ReadAll();
        var path = Path.Combine(_archive, name);
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at += 7)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << (at / 7 % 8));
            File.WriteAllBytes(path, damaged);
            var message = Assert.Throws<InvalidInputException>(ReadAll).Message;
            Assert.DoesNotContain(message, char.IsControl);
            Assert.Contains(_archive, message);
        }

        File.WriteAllBytes(path, whole);
        ReadAll();
    }

    [Fact]
    public void A_damaged_field_is_not_read_and_the_others_are()
    {
        var path = Path.Combine(_archive, "anomaly_1991.nc");
        var bytes = File.ReadAllBytes(path);
        bytes[^20] ^= 1; // in December
        File.WriteAllBytes(path, bytes);
        using var archive = AnomalyArchive.Open(_archive);
        var field = new float[archive.Grid.Cells];
        var damaged = Enumerable.Range(0, archive.Count).Where(i => Record.Exception(() => archive.Read(i, field)) is InvalidInputException).ToArray();
        Assert.Equal([23], damaged);
        Assert.Equal($"{path}: damaged, or changed since it was written: record 11 has not the checksum that archive.json lists; copy it anew, or prepare the archive again", Assert.Throws<InvalidInputException>(() => archive.Read(23, field)).Message);
    }

    [Fact]
    public void Files_that_are_missing_too_many_or_of_another_length_are_told_on_opening()
    {
        var path = Path.Combine(_archive, "anomaly_1992.nc");
        var whole = File.ReadAllBytes(path);
        File.Delete(path);
        Assert.Contains("the file 'anomaly_1992.nc' is missing, which archive.json lists", Refused());
        File.WriteAllBytes(path, whole[..^4]);
        Assert.Contains("anomaly_1992.nc: cut short", Refused());
        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.Contains("anomaly_1992.nc: too long", Refused());
        File.WriteAllBytes(path, whole);
        File.Copy(path, Path.Combine(_archive, "anomaly_1999.nc"));
        Assert.Contains("anomaly_1999.nc: not a file of this archive", Refused());
        File.Delete(Path.Combine(_archive, "anomaly_1999.nc"));
        ReadAll();
    }

    [Fact]
    public void An_archive_of_an_earlier_version_lists_nothing_and_is_read()
    {
        EarlierArchive.Unlist(_archive);
        ReadAll();
    }

    // With a hash that is right, as somebody can write it who changes a file on purpose.
    [Theory]
    [InlineData("stepHours", "5", "stepHours")]
    [InlineData("statistics", "[]", "statistics of 0 variables")]
    [InlineData("variables", "[]", "names no variables")]
    [InlineData("variables", "[null]", "a null stands in a list")]
    [InlineData("frequency", "1", "'frequency' is not what belongs there")]
    [InlineData("frequency", "null", "'frequency'")]
    [InlineData("split", """{"gapDays": 2147483647}""", "a gap of 2147483647 days")]
    [InlineData("grid", """{"latitudes": [1], "longitudes": [0, 1]}""", "at least 2 latitudes")]
    [InlineData("grid", """{"latitudes": "x", "longitudes": [0, 1]}""", "'grid.latitudes' is not what belongs there")]
    [InlineData("climatology", "{}", "lacks 'calendar'")]
    public void A_description_that_makes_no_sense_is_told_in_one_line(string member, string value, string said)
    {
        EarlierArchive.Unlist(_archive);
        var path = Path.Combine(_archive, "archive.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json[member] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());
        var message = Refused();
        Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        Assert.Contains(said, message);
        Assert.DoesNotContain("System.", message);
    }

    private string Refused()
    {
        var message = Assert.Throws<InvalidInputException>(() => AnomalyArchive.Open(_archive).Dispose()).Message;
        Assert.DoesNotContain(message, char.IsControl);
        return message;
    }

    private void ReadAll()
    {
        using var archive = AnomalyArchive.Open(_archive);
        var field = new float[archive.Grid.Cells];
        for (var i = 0; i < archive.Count; i++)
        {
            archive.Read(i, field);
        }

        for (var month = 1; month <= 12; month++)
        {
            archive.ReadClimatologicalStandardDeviation(new DateTime(2001, month, 1), field);
        }
    }
}
