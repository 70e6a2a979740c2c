using VaeDa.Observations;
using VaeDa.Observations.Rows;

namespace VaeDa.Tests.Observations.Rows;

public sealed class MissingCodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1.5, -9999, 2)]
    [InlineData(1.5, -9999, 1)]
    [InlineData(1.5, -99.9, 3)]
    [InlineData(1.5, -99.99, 700)]
    [InlineData(1.5, 999.9, 20)]
    [InlineData(1.5, 99, 20)]
    [InlineData(1.5, -99.98999786376953, 20)] // -99.99 in single precision
    [InlineData(1.5, 1e20, 20)]
    [InlineData(1.5, -32767, 2)]
    [InlineData(1.5, -888.8, 20)] // no usual code; the repetition tells
    [InlineData(1.5, -10272.15, 20)] // -9999 taken for °C
    [InlineData(9, -99.9, 20)] // hPa
    [InlineData(900, -9999, 20)] // Pa
    [InlineData(80, 999, 20)] // m
    public void Far_values_that_are_codes_or_repeat_are_found_among_few_and_many(double deviation, double code, int rows)
    {
        var values = Values(300, deviation).ToList();
        for (var i = 0; i < rows; i++)
        {
            values.Insert(i * 7 % values.Count, code);
        }

        Assert.Equal([code], MissingCodes.Of(values));
    }

    [Fact]
    public void Several_codes_in_one_file_do_not_hide_each_other() =>
        Assert.Equal([-9999, -99.9, -777], MissingCodes.Of([.. Values(200, 2), .. Enumerable.Repeat(-9999.0, 300), .. Enumerable.Repeat(-99.9, 250), .. Enumerable.Repeat(-777.0, 200)]).Order().ToArray().OrderBy(c => Array.IndexOf([-9999, -99.9, -777], c)));

    [Theory]
    [InlineData(1.5, 0, 200)] // many a rounded value repeats
    [InlineData(1.5, 6.1, 50)]
    [InlineData(40, -99.9, 5)] // within what the variable does
    [InlineData(700, 999, 20)]
    [InlineData(700, -999.9, 20)]
    [InlineData(1.5, 25.3, 1)] // an outlier is for quality control
    [InlineData(1.5, -700, 4)]
    public void Values_that_may_be_real_are_left_to_quality_control(double deviation, double value, int rows) =>
        Assert.Empty(MissingCodes.Of([.. Values(300, deviation), .. Enumerable.Repeat(value, rows)]));

    [Fact]
    public void Absolute_values_are_no_codes() => Assert.Empty(MissingCodes.Of([.. Values(300, 8).Select(v => Math.Round(1005 + v))]));

    [Fact]
    public void Among_few_values_only_what_repeats_without_doubt_is_a_code()
    {
        Assert.Equal([-9999], MissingCodes.Of([1.2, -9999, -0.3, -9999]));
        Assert.Equal([-9999], MissingCodes.Of([-9999, -9999, -9999]));
        Assert.Empty(MissingCodes.Of([1.2, -9999, -0.3]));
        Assert.Empty(MissingCodes.Of([-120, -99.9, -99.9, 310]));
        Assert.Empty(MissingCodes.Of([2.5, 2.5, 2.5]));
    }

    [Fact]
    public void Coded_rows_are_flagged_counted_by_variable_and_said()
    {
        var rows = Values(40, 1).Select((v, i) => FormattableString.Invariant($"{i},{i},{v:F3},t2m"))
            .Concat(Values(40, 900).Select((v, i) => FormattableString.Invariant($"{i},{i},{v:F1},psl")))
            .Concat(["1,100,-999,t2m", "2,100,-999,t2m", "3,100,-999,psl"]);
        var table = ObservationFile.Read(_folder.Write("obs.csv", $"lat,lon,anomaly,variable\n{string.Join('\n', rows)}\n"));
        Assert.Equal(83, table.Count);
        Assert.Equal([80, 81], Enumerable.Range(0, 83).Where(row => table.Observations[row].Flag == RowFlag.MissingCode));
        Assert.Equal("2 rows hold -999, far from all other values: it is taken for missing, and they are left out (lines 82, 83)", Assert.Single(table.Notes));
        Assert.Equal(81, Assert.Single(table.ByTime()).Count);
        Assert.Equal(81, ReadBack(table).Count);
    }

    [Fact]
    public void A_file_of_codes_alone_is_refused() =>
        Assert.EndsWith("obs.csv: no row has an anomaly (3 rows hold -9999, as a code for missing would be)", Assert.Throws<InvalidInputException>(() =>
            ObservationFile.Read(_folder.Write("obs.csv", "lat,lon,anomaly\n1,1,-9999\n2,2,-9999\n3,3,-9999\n"))).Message);

    private ObservationTable ReadBack(ObservationTable table)
    {
        table.Write(_folder.File("back.csv"));
        return ObservationFile.Read(_folder.File("back.csv"));
    }

    private static IEnumerable<double> Values(int count, double deviation)
    {
        var random = new Random(3);
        return Enumerable.Range(0, count).Select(_ => Math.Round(deviation * SyntheticFields.Normal(random), 2)).ToList();
    }
}
