using FsCheck.Xunit;
using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Archives.Preparation;

/// <summary>Cells that hold what stands for a missing value, its attribute lost, beside cells with weather.</summary>
public sealed class ConstantCellTests : IDisposable
{
    private const int Bad = 2 * 6 + 4; // 0 N, 240 E
    private static readonly DateTime[] Months = [.. Enumerable.Range(0, 48).Select(m => new DateTime(1983 + m / 12, m % 12 + 1, 1, 0, 0, 0, DateTimeKind.Utc))];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 20)]
    public void A_constant_cell_is_named_and_costs_the_others_nothing(int exponent, bool isNegative, byte mantissa)
    {
        var code = (float)((isNegative ? -1 : 1) * (1 + mantissa) * Math.Pow(10, 2 + (exponent & int.MaxValue) % 30));
        var (report, fields) = Prepare((t, cell) => cell == Bad ? code : Truth(t, cell));
        var constant = Assert.Single(report.ConstantCells);
        Assert.Equal(("t", 1, 1 / 30.0), (constant.Variable, constant.Cells, constant.Share));
        var value = Assert.Single(constant.Values);
        Assert.Equal((1, 0, 240), (value.Cells, value.Latitude, value.Longitude));
        Assert.Equal(code, (float)value.Value);
        // 100…25,600 may be a temperature of the others.
        Assert.Equal(code is < 250 or > 320, value.IsBeyondOthers);
        AssertOthersTrue(report, fields);
        Assert.InRange(report.Description.Statistics[0].PackingError, 0, 4e-4);
        Assert.All(fields, field => Assert.Equal(0, field[Bad], report.Description.Statistics[0].PackingError));
    }

    [Theory]
    [InlineData(9999)]
    [InlineData(-32767)]
    [InlineData(1e20f)]
    [InlineData(-1.8f)]
    public void What_the_user_calls_missing_is(float code)
    {
        // The year round in one cell, in winter in another.
        float Value(DateTime t, int cell) => cell == Bad || (cell == 0 && t.Month < 4) ? code : Truth(t, cell);
        var (report, fields) = Prepare(Value, o => o with { Missing = [5, code] });
        Assert.Empty(report.ConstantCells);
        Assert.Equal([5], report.MissingNotFound);
        for (var t = 0; t < fields.Count; t++)
        {
            Assert.All(fields[t], (x, cell) => Assert.Equal(cell == Bad || (cell == 0 && Months[t].Month < 4), float.IsNaN(x)));
        }

        AssertOthersTrue(report, fields);
        Assert.Equal((1 + 1 / 4.0) / 30, report.Description.Statistics[0].MissingFraction, 1e-9);
    }

    [Fact]
    public void A_code_that_comes_and_goes_costs_the_other_cells_nothing_either()
    {
        var (report, fields) = Prepare((t, cell) => cell == Bad && t.Day + t.Month + t.Year % 3 > 6 ? -1e7f : Truth(t, cell));
        AssertOthersTrue(report, fields);
        using var archive = AnomalyArchive.Open(_folder.File("archive"));
        Assert.False(((IPackedFields)archive).ArePacked);
        var (deviation, clean) = (new float[30], new float[30]);
        archive.ReadClimatologicalStandardDeviation(Months[0], deviation);
        Prepare(Truth);
        using var without = AnomalyArchive.Open(_folder.File("archive"));
        Assert.True(((IPackedFields)without).ArePacked);
        without.ReadClimatologicalStandardDeviation(Months[0], clean);
        Assert.All(clean, (s, cell) => Assert.True(cell == Bad || Math.Abs(s - deviation[cell]) < 1e-6));
    }

    [Property(MaxTest = 20)]
    public void A_code_that_comes_and_goes_is_named_with_its_cells_and_share(int exponent, bool isNegative, byte cells)
    {
        var code = (float)((isNegative ? -1 : 1) * 9999 * Math.Pow(10, (exponent & int.MaxValue) % 20));
        var coded = 1 + cells % 10;
        // In winter alone.
        var (report, _) = Prepare((t, cell) => cell < coded && t.Month < 4 ? code : Truth(t, cell));
        Assert.Empty(report.ConstantCells);
        var stray = Assert.Single(report.StrayValues);
        Assert.Equal(("t", coded, coded / 30.0 / 4), (stray.Variable, stray.Cells, stray.Share));
        Assert.Equal(code, (float)stray.Value);
        Assert.InRange(stray.LowestOther, 240, 290);
        Assert.InRange(stray.HighestOther, 290, 320);
        Assert.Empty(Prepare((t, cell) => cell < coded && t.Month < 4 ? code : Truth(t, cell), o => o with { Missing = [code] }).Report.StrayValues);
    }

    [Fact]
    public void A_code_that_packing_would_bear_costs_the_other_cells_no_digits_either()
    {
        var (report, fields) = Prepare((t, cell) => cell == Bad && t.Month < 4 ? 400 : Truth(t, cell));
        Assert.InRange(report.Description.Statistics[0].PackingError, 0, 1e-4);
        AssertOthersTrue(report, fields);
    }

    [Fact]
    public void Codes_at_both_ends_are_named_and_one_that_some_cells_hold_always_is_named_as_theirs()
    {
        var (report, _) = Prepare((t, cell) => cell == 3 && t.Month == 1 ? -9999 : cell == 5 && t.Month == 7 ? 9999 : Truth(t, cell));
        Assert.Equal([9999, -9999], report.StrayValues.Select(s => s.Value));
        Assert.All(report.StrayValues, s => Assert.True(s is { LowestOther: > 240, HighestOther: < 320 }));
        (report, _) = Prepare((t, cell) => cell == 3 ? 9999 : Truth(t, cell));
        Assert.Empty(report.StrayValues);
        Assert.Single(report.ConstantCells);
    }

    [Fact]
    public void Extremes_bounds_and_a_single_outlier_are_no_codes()
    {
        // Rain: many zeros, and a large fall; cover: 0 to 1 with many of each; one wrong value.
        Assert.Empty(Prepare((t, cell) => Math.Max(Truth(t, cell) - 284, 0)).Report.StrayValues);
        Assert.Empty(Prepare((t, cell) => Math.Clamp((Truth(t, cell) - 280) / 10, 0, 1)).Report.StrayValues);
        Assert.Empty(Prepare((t, cell) => cell == 3 && t == Months[7] ? 9999 : Truth(t, cell)).Report.StrayValues);
        Assert.Empty(Prepare((t, cell) => t.Year % 2 + cell % 2 + t.Month % 2).Report.StrayValues);
    }

    [Fact]
    public void Anomalies_with_a_code_in_one_cell_keep_those_of_the_others()
    {
        var (report, fields) = Prepare((t, cell) => cell == Bad ? 1e6f : Truth(t, cell) - 280, o => o with { AreAnomalies = true });
        Assert.True(Assert.Single(Assert.Single(report.ConstantCells).Values).IsBeyondOthers);
        for (var t = 0; t < fields.Count; t++)
        {
            Assert.All(fields[t], (x, cell) => Assert.True(cell == Bad || x == Truth(Months[t], cell) - 280));
        }
    }

    [Fact]
    public void Codes_are_found_and_removed_before_means_over_blocks()
    {
        double[] latitudes = [75, 45, 15, -15, -45, -75];
        float Value(DateTime t, double latitude, double longitude) => (latitude, longitude) == (15, 60) ? 9999 : FieldFileWriter.Weather(t, latitude, longitude);
        FieldFileWriter.Write(_folder.File("in.nc"), Months, Value, latitudes: latitudes);
        var options = new PreparationOptions { Inputs = [_folder.File("in.nc")], Output = _folder.File("archive"), Coarsen = 2, Command = "test" };
        var constant = Assert.Single(ArchivePreparation.Run(options, null, default).ConstantCells);
        Assert.Equal((1, 1 / 36.0, 15, 60), (constant.Cells, constant.Share, constant.Values[0].Latitude, constant.Values[0].Longitude));
        Assert.Empty(ArchivePreparation.Run(options with { Missing = [9999] }, null, default).ConstantCells);
        using var archive = AnomalyArchive.Open(_folder.File("archive"));
        Assert.InRange(archive.ReadClimatologicalMean(0, Months[0]).Max(), 250, 320);
    }

    [Fact]
    public void A_packed_climatology_of_another_archive_is_read_and_its_error_is_counted()
    {
        var (first, fields) = Prepare(Truth, output: "first");
        EarlierArchive.Unlist(_folder.File("first"));
        var error = PackClimatology(_folder.File("first/climatology.nc"));
        var (report, again) = Prepare(Truth, o => o with { Like = _folder.File("first"), ClimatologyYears = null }, "second");
        Assert.Equal(first.Description.Statistics[0].PackingError + error, report.Description.Statistics[0].PackingError, 1e-5);
        Assert.True(error > 1e-4);
        var worst = fields.Zip(again, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
        Assert.InRange(worst, 1e-4, report.Description.Statistics[0].PackingError + first.Description.Statistics[0].PackingError);
    }

    private static float Truth(DateTime t, int cell) => FieldFileWriter.Weather(t, FieldFileWriter.Latitudes[cell / 6], FieldFileWriter.Longitudes[cell % 6]);

    /// <summary>The anomalies of the other cells are values less the mean of their month, in double precision, to the error that is said.</summary>
    private static void AssertOthersTrue(PreparationReport report, IReadOnlyList<float[]> fields)
    {
        var error = report.Description.Statistics[0].PackingError;
        var tolerance = (error > 1 ? 0 : error) + 4e-5; // of float32 at 280 K
        for (var t = 0; t < fields.Count; t++)
        {
            for (var cell = 0; cell < 30; cell++)
            {
                if (cell is not (Bad or 0))
                {
                    var mean = Months.Where(m => m.Month == Months[t].Month && m.Year < 1986).Average(m => (double)Truth(m, cell));
                    Assert.Equal(Truth(Months[t], cell) - mean, fields[t][cell], tolerance);
                }
            }
        }
    }

    private (PreparationReport Report, IReadOnlyList<float[]> Fields) Prepare(
        Func<DateTime, int, float> value, Func<PreparationOptions, PreparationOptions>? change = null, string output = "archive")
    {
        FieldFileWriter.Write(_folder.File("in.nc"), Months, (t, latitude, longitude) =>
            value(t, Array.IndexOf(FieldFileWriter.Latitudes, latitude) * 6 + Array.IndexOf(FieldFileWriter.Longitudes, longitude)), fillValue: null);
        var options = new PreparationOptions { Inputs = [_folder.File("in.nc")], Output = _folder.File(output), ClimatologyYears = YearSet.Parse("1983-1985"), Command = "test" };
        var report = ArchivePreparation.Run(change?.Invoke(options) ?? options, null, default);
        using var archive = AnomalyArchive.Open(_folder.File(output));
        return (report, [.. Enumerable.Range(0, archive.Count).Select(t =>
        {
            var field = new float[30];
            archive.Read(t, field);
            return field;
        })]);
    }

    /// <summary>Writes a climatology as earlier versions did.</summary>
    /// <returns>Half a step of the mean's.</returns>
    private static double PackClimatology(string path)
    {
        Dictionary<string, double[]> values = [];
        using (var dataset = NetcdfDataset.Open(path))
        {
            foreach (var name in new[] { "t_mean", "t_standard_deviation" })
            {
                Assert.Equal(NetcdfType.Float32, dataset.Find(name)!.Type);
                values[name] = dataset.ReadAll(dataset.Find(name)!);
            }
        }

        using var file = new ClassicNetcdfWriter(path);
        var month = file.AddCoordinate("month", [.. Enumerable.Range(1, 12).Select(m => (double)m)], []);
        var (lat, lon) = (file.AddCoordinate("latitude", FieldFileWriter.Latitudes, []), file.AddCoordinate("longitude", FieldFileWriter.Longitudes, []));
        var variables = values.ToDictionary(v => v.Key, v =>
        {
            var attributes = new NetcdfAttributes { ["units"] = "K" };
            Int16Packing.Over(v.Value.Min(), v.Value.Max()).Describe(attributes);
            return file.AddVariable(v.Key, NetcdfType.Int16, [month, lat, lon], attributes);
        });
        foreach (var (name, numbers) in values)
        {
            file.Write(variables[name], numbers);
        }

        file.Complete();
        return variables["t_mean"].Attributes.Number("scale_factor")!.Value / 2;
    }
}
