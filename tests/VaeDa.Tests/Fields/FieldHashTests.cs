using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Tests.Archives;

namespace VaeDa.Tests.Fields;

public sealed class FieldHashTests
{
    private static readonly InMemoryFields Fields = SyntheticFields.Make(200, variables: 2, missing: 0.1);

    [Fact]
    public void One_value_one_time_one_place_or_another_order_is_another_hash()
    {
        var hash = Hash(Fields);
        Assert.Equal(16, hash.Length);
        Assert.Equal(hash, Hash(Copy()));
        var other = Copy();
        // In the last field of the last of several parts, the last cell.
        other[199][^1] = float.IsNaN(other[199][^1]) ? 0 : float.NaN;
        var longitudes = Fields.Grid.Longitudes.ToArray();
        longitudes[3] += 1e-4;
        string[] others =
        [
            Hash(other),
            Hash(Copy(times: i => Fields.TimeOf(i).AddHours(i == 150 ? 1 : 0))),
            Hash(Copy(grid: new Grid(Fields.Grid.Latitudes, longitudes))),
            Hash(new FieldSubset(Fields, [1, 0, .. Enumerable.Range(2, 198)])),
            Hash(new FieldSubset(Fields, [.. Enumerable.Range(0, 199)])),
        ];
        Assert.Equal(others.Length + 1, others.Append(hash).Distinct().Count());
        Assert.Equal(hash, Hash(new FieldSubset(Fields, [.. Enumerable.Range(0, 200)])));

        static InMemoryFields Copy(Grid? grid = null, Func<int, DateTime>? times = null) => new(
            grid ?? Fields.Grid, Fields.Variables, [.. Enumerable.Range(0, 200).Select(i => Fields.Read(i))], [.. Enumerable.Range(0, 200).Select(times ?? Fields.TimeOf)]);
    }

    [Fact]
    public void An_archive_made_again_of_the_same_file_has_the_same_and_one_of_other_values_another()
    {
        using var folder = new TemporaryFolder();
        var input = FieldFileWriter.Write(folder.File("in.nc"), FieldFileWriter.Days("1990-01-01", 1461), FieldFileWriter.Weather);
        var warmer = FieldFileWriter.Write(folder.File("warmer.nc"), FieldFileWriter.Days("1990-01-01", 1461), (t, lat, lon) => FieldFileWriter.Weather(t, lat, lon) + (t.Day == 3 && lat == 30 ? 0.5f : 0));
        var hash = OfArchive(input, "a", "once");
        Assert.Equal(hash, OfArchive(input, "b", "again, by another command"));
        Assert.NotEqual(hash, OfArchive(warmer, "c", "once"));

        string OfArchive(string from, string to, string command)
        {
            ArchivePreparation.Run(new PreparationOptions { Inputs = [from], Output = folder.File(to), Command = command }, null, TestContext.Current.CancellationToken);
            using var archive = AnomalyArchive.Open(folder.File(to));
            Assert.True(((IPackedFields)archive).ArePacked);
            return Hash(archive.Part(SplitPart.Training));
        }
    }

    private static string Hash(IFieldSet fields) => FieldHash.Of(fields, TestContext.Current.CancellationToken);
}
