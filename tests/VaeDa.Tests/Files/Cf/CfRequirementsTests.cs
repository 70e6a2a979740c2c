using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Assimilation;
using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Results;

namespace VaeDa.Tests.Files.Cf;

/// <summary>Each kind of netCDF file that is written, of several variables, on either kind of grid, against the CF conventions.</summary>
public sealed class CfRequirementsTests : IDisposable
{
    private static readonly Variable[] Variables =
    [
        new() { Name = "ta", Units = "K", LongName = "air_temperature", StandardName = "air_temperature", CellMethods = "area: mean time: mean" },
        new() { Name = "psl", Units = "Pa", LongName = "Sea level pressure", StandardName = "air_pressure_at_mean_sea_level", CellMethods = "time: mean" },
        new() { Name = "ua", Units = "m s-1" },
    ];

    private static readonly Provenance Provenance = Provenance.Now("vaeda test", 1, ("model", "m.safetensors"), ("modelHash", "0123"), ("history", "2020-01-01T00:00:00Z: vaeda train archive"));
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<bool, bool> Archives => new MatrixTheoryData<bool, bool>([false, true], [false, true]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Archives))]
    public void Archives_are_as_CF_wants_them(bool isProjected, bool isMonthly)
    {
        var archive = Prepare(isProjected ? ProjectedGrids.Britain : SyntheticFields.Grid(), isMonthly);
        var files = Directory.GetFiles(archive, "*.nc");
        Assert.Equal(5, files.Length);
        Assert.All(files, file => Assert.Equal([], CfRequirements.Violations(file)));

        using var year = NetcdfDataset.Open(Path.Combine(archive, "anomaly_2000.nc"));
        Assert.Equal("air temperature anomaly", year.Find("ta")!.Attributes.Text("long_name"));
        Assert.Equal("air_temperature_anomaly", year.Find("ta")!.Attributes.Text("standard_name"));
        Assert.Equal("area: mean time: mean", year.Find("ta")!.Attributes.Text("cell_methods"));
        Assert.Equal("Sea level pressure anomaly", year.Find("psl")!.Attributes.Text("long_name"));
        Assert.Null(year.Find("psl")!.Attributes.Text("standard_name"));
        Assert.Equal("Institute of tests", year.Attributes.Text("institution"));
        Assert.StartsWith("A model; vaeda ", year.Attributes.Text("source"), StringComparison.Ordinal);
        Assert.Equal("1999-01-01/2002-12-31", year.Attributes.Text("reference_period"));
        var history = year.Attributes.Text("history")!.Split('\n');
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: vaeda prepare$", history[0]);
        Assert.Equal("Mon Jan  3 10:00:00 2022: cdo daymean in.nc out.nc", history[1]);
        var (start, end) = isMonthly ? (new DateTime(2000, 1, 1), new DateTime(2000, 2, 1)) : (new DateTime(2000, 1, 1), new DateTime(2000, 1, 2));
        Assert.Equal([CfCoordinates.HoursOf(start), CfCoordinates.HoursOf(end)], year.ReadAll(year.Find("time_bnds")!)[..2]);
        Assert.Equal((isMonthly ? 12 : 366) * 2, year.ReadAll(year.Find("time_bnds")!).Length);

        using var climatology = NetcdfDataset.Open(Path.Combine(archive, "climatology.nc"));
        var mean = climatology.Find("ta_mean")!;
        Assert.Equal(("air temperature, climatological mean", "air_temperature", "temperature: on_scale"), (mean.Attributes.Text("long_name"), mean.Attributes.Text("standard_name"), mean.Attributes.Text("units_metadata")));
        Assert.Equal($"area: mean time: mean within years time: mean over years{(isMonthly ? "" : " (running window of 15 days)")}", mean.Attributes.Text("cell_methods"));
        Assert.Equal(isMonthly ? 12 : 366, mean.Dimensions[0].Length);
    }

    [Theory]
    [InlineData(0, null, "point")]
    [InlineData(3, "time: mean", "mean")]
    public void Archives_of_several_fields_a_day_are_as_CF_wants_them(int firstHour, string? methods, string within)
    {
        var variables = Variables.Select(v => v with { CellMethods = methods }).ToArray();
        var archive = Prepare(SyntheticFields.Grid(), [.. Enumerable.Range(0, 1461 * 4).Select(i => new DateTime(1999, 1, 1, firstHour, 0, 0, DateTimeKind.Utc).AddHours(6 * i))], variables, TimeStep.Parse("6h"));
        Assert.All(Directory.GetFiles(archive, "*.nc"), file => Assert.Equal([], CfRequirements.Violations(file)));
        using var climatology = NetcdfDataset.Open(Path.Combine(archive, "climatology.nc"));
        Assert.Equal($"time: {within} within years time: mean over years (running window of 15 days)", climatology.Find("ta_mean")!.Attributes.Text("cell_methods"));
        Assert.Equal(366 * 4, climatology.Find("ta_mean")!.Dimensions[0].Length);
        var (times, bounds) = (climatology.ReadAll(climatology.Find("time")!), climatology.ReadAll(climatology.Find("climatology_bounds")!));
        Assert.Equal(Enumerable.Range(0, 366 * 4).Select(i => CfCoordinates.HoursOf(new DateTime(2000, 1, 1, firstHour, 0, 0, DateTimeKind.Utc)) + 6 * i), times);
        // 2 January, the second field of the day.
        var (start, end) = (new DateTime(1999, 1, 2, 6, 0, 0, DateTimeKind.Utc), new DateTime(2002, 1, 2, methods is null ? 6 : 12, 0, 0, DateTimeKind.Utc));
        Assert.Equal([CfCoordinates.HoursOf(start), CfCoordinates.HoursOf(end)], bounds[10..12]);

        // What readers take is the record of the time's month, day and hour; of 29 February too.
        using var opened = AnomalyArchive.Open(archive);
        var mean = climatology.ReadAll(climatology.Find("ta_mean")!);
        foreach (var (time, record) in ((DateTime, int)[])[(new(2001, 1, 1, firstHour, 0, 0), 0), (new(2001, 2, 28, 18 + firstHour, 0, 0), 58 * 4 + 3), (new(2000, 2, 29, 6 + firstHour, 0, 0), 59 * 4 + 1), (new(2001, 3, 1, firstHour, 0, 0), 60 * 4), (new(2001, 12, 31, 18 + firstHour, 0, 0), 366 * 4 - 1)])
        {
            Assert.Equal(mean.Skip(record * opened.Grid.Cells).Take(opened.Grid.Cells).Select(x => (float)x), opened.ReadClimatologicalMean(0, time));
        }
    }

    [Theory]
    [InlineData(false, 3, true)]
    [InlineData(true, 3, true)]
    [InlineData(false, 0, true)]
    [InlineData(false, 2, false)]
    public void Analyses_are_as_CF_wants_them(bool isProjected, int members, bool hasTime)
    {
        var analysis = Analysis(isProjected ? ProjectedGrids.Britain : SyntheticFields.Grid(), members) with { Time = hasTime ? new DateTime(2000, 2, 29, 12, 0, 0, DateTimeKind.Utc) : null };
        AnalysisFiles.Write(_folder.Path, analysis, Provenance);
        // A method over time is said of a file without time too: there it is the name of the quantity that time is.
        Assert.Equal([], CfRequirements.Violations(_folder.File("analysis.nc")));
        using var file = NetcdfDataset.Open(_folder.File("analysis.nc"));
        string[] time = hasTime ? ["time"] : [];
        string[] cells = isProjected ? ["y", "x"] : ["latitude", "longitude"];
        Assert.Equal([.. time, .. cells], DimensionsOf("ta_analysis"));
        Assert.Equal(cells, DimensionsOf("ta_climatological_standard_deviation"));
        Assert.Equal(hasTime, file.Find("time_bnds") is not null);
        if (members > 0)
        {
            Assert.Equal([.. time, "member", .. cells], DimensionsOf("psl"));
            Assert.Equal((NetcdfType.Int32, "realization"), (file.Find("member")!.Type, file.Find("member")!.Attributes.Text("standard_name")));
            Assert.Equal("area: mean time: mean realization: mean", file.Find("ta_mean")!.Attributes.Text("cell_methods"));
            Assert.Equal("area: mean time: mean realization: standard_deviation", file.Find("ta_spread")!.Attributes.Text("cell_methods"));
            Assert.Equal(("ua anomaly, ensemble mean", "ua_spread"), (file.Find("ua_mean")!.Attributes.Text("long_name"), file.Find("ua_mean")!.Attributes.Text("ancillary_variables")));
        }

        Assert.Equal(["vaeda test", "vaeda train archive"], file.Attributes.Text("history")!.Split('\n').Select(line => line[22..]));
        var read = AnalysisFiles.Read(_folder.Path);
        Assert.Equal(analysis.Variables, read.Variables);
        Assert.Equal((analysis.Time, analysis.Frequency, analysis.Climatology), (read.Time, read.Frequency, read.Climatology));
        Assert.Equal(analysis.Members, read.Members);
        Assert.Equal(members > 0 ? analysis.Mean : analysis.MostProbable, read.Mean);

        IEnumerable<string> DimensionsOf(string name) => file.Find(name)!.Dimensions.Select(d => d.Name);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public void Whole_fields_are_as_CF_wants_them(int members)
    {
        using var archive = AnomalyArchive.Open(Prepare(SyntheticFields.Grid(), isMonthly: true));
        AnalysisFiles.Write(_folder.File("out"), Analysis(SyntheticFields.Grid(), members), Provenance, new WholeFields(archive));
        Assert.Equal([], CfRequirements.Violations(_folder.File("out/analysis.nc")));
        using var file = NetcdfDataset.Open(_folder.File("out/analysis.nc"));
        var whole = file.Find(members > 0 ? "ta_whole_mean" : "ta_whole_analysis")!.Attributes;
        Assert.Equal(("air_temperature", "temperature: on_scale"), (whole.Text("standard_name"), whole.Text("units_metadata")));
        Assert.Equal(members > 0 ? "area: mean time: mean realization: mean" : "area: mean time: mean", whole.Text("cell_methods"));
        Assert.Equal(members > 0, file.Find("psl_whole") is not null);
        Assert.Equal(AnalysisFiles.Read(_folder.File("out")).Mean.Length, Analysis(SyntheticFields.Grid(), members).Mean.Length);
    }

    [Fact]
    public void An_analysis_of_no_period_has_no_bounds_and_one_without_a_time_stamp_is_the_same_byte_for_byte()
    {
        var analysis = Analysis(SyntheticFields.Grid(), 2) with { Frequency = Frequency.Subdaily };
        foreach (var folder in (string[])["a", "b"])
        {
            AnalysisFiles.Write(_folder.File(folder), analysis, Provenance with { Created = null });
        }

        Assert.Equal(File.ReadAllBytes(_folder.File("a/analysis.nc")), File.ReadAllBytes(_folder.File("b/analysis.nc")));
        using var file = NetcdfDataset.Open(_folder.File("a/analysis.nc"));
        Assert.Equal("vaeda test\n2020-01-01T00:00:00Z: vaeda train archive", file.Attributes.Text("history"));
        Assert.Null(file.Find("time_bnds"));
    }

    [Theory]
    [InlineData(9, true)]
    [InlineData(6, false)]
    public void An_analysis_of_means_of_several_hours_is_of_those_about_its_time(int hour, bool isMiddle)
    {
        var analysis = Analysis(SyntheticFields.Grid(), 0);
        analysis = analysis with { Frequency = Frequency.Subdaily, Climatology = analysis.Climatology! with { TimesOfDay = 4 }, Time = new DateTime(2000, 1, 15, hour, 0, 0, DateTimeKind.Utc) };
        AnalysisFiles.Write(_folder.Path, analysis, Provenance);
        using var file = NetcdfDataset.Open(_folder.File("analysis.nc"));
        var bounds = file.Find("time_bnds") is { } found ? file.ReadAll(found) : null;
        Assert.Equal(isMiddle ? [CfCoordinates.HoursOf(new DateTime(2000, 1, 15, 6, 0, 0)), CfCoordinates.HoursOf(new DateTime(2000, 1, 15, 12, 0, 0))] : null, bounds);
    }

    [Fact]
    public void Random_and_converted_fields_are_as_CF_wants_them()
    {
        var training = SyntheticFields.Make(60, variables: 2, missing: 0.1);
        var model = TestModel.Eof(training, SyntheticFields.Make(40, variables: 2, missing: 0.1, seed: 8), 4);
        GeneratedFields.Write(_folder.File("sample.nc"), model, 3, Enumerable.Range(0, 3).Select(training.Read), "Random fields", Provenance);
        GeneratedFields.Write(
            _folder.File("way.nc"), model, ("fraction", [0, 0.5, 1], new NetcdfAttributes { ["long_name"] = "part of the way", ["units"] = "1" }), Enumerable.Range(0, 3).Select(training.Read), "Fields on the way", Provenance);
        using var converter = new Converter(model, training.Grid, training.Variables, model.Normalisation, null);
        ConvertedFile.Write(_folder.File("converted.nc"), converter, new FieldSubset(training, [3, 4]), 2, 1, "c.safetensors", Provenance, cancellation: TestContext.Current.CancellationToken);
        foreach (var name in (string[])["sample.nc", "way.nc", "converted.nc"])
        {
            Assert.Equal([], CfRequirements.Violations(_folder.File(name)));
        }

        using var sample = NetcdfDataset.Open(_folder.File("sample.nc"));
        Assert.Equal(["member", "latitude", "longitude"], sample.Find("x1")!.Dimensions.Select(d => d.Name));
        Assert.Equal(training.Read(1)[..training.Grid.Cells], sample.ReadAll(sample.Find("x0")!).Skip(training.Grid.Cells).Take(training.Grid.Cells).Select(x => (float)x));
        using var converted = NetcdfDataset.Open(_folder.File("converted.nc"));
        Assert.Equal(["time", "member", "latitude", "longitude"], converted.Find("x1")!.Dimensions.Select(d => d.Name));
    }

    [Theory]
    [InlineData("2.6.1", "Conventions", null, "CF-1.8")]
    [InlineData("2.6.2", "history", null, "")]
    [InlineData("3.1", "units", "t", "kelvins per fortnight")]
    [InlineData("3.1.2", "units_metadata", "t", "temperature: unknown value")]
    [InlineData("3.3", "standard_name", "t", "anomaly_of_temperature")]
    [InlineData("3.4", "ancillary_variables", "t", "t_spread")]
    [InlineData("5", "coordinates", "t", "elsewhere")]
    [InlineData("7.1", "bounds", "latitude", "lon_bnds")]
    [InlineData("7.3", "cell_methods", "t", "mean over time")]
    [InlineData("7.3", "cell_methods", "t", "latitude: averaging")]
    [InlineData("7.3.4", "cell_methods", "t", "member: mean")]
    public void What_CF_does_not_allow_is_found(string section, string attribute, string? variable, string value)
    {
        using (var file = new ClassicNetcdfWriter(_folder.File("wrong.nc")))
        {
            file.Describe("Test", "a test", Provenance, null);
            file.AddMembers(2);
            var cells = file.AddGrid(SyntheticFields.Grid());
            var attributes = FieldAttributes.OfAnomaly(Variables[0]);
            var t = file.AddVariable("t", NetcdfType.Float32, [cells.Row, cells.Column], attributes);
            var latitude = cells.Row;
            if (variable == "latitude")
            {
                // Of a latitude that is not the grid's own.
                file.AddCoordinate("y", [1, 2], new NetcdfAttributes { ["long_name"] = "y", ["units"] = "1", ["axis"] = "Y", [attribute] = value });
            }
            else
            {
                (variable is null ? file.Attributes : attributes)[attribute] = value;
            }

            file.Write(t, new float[SyntheticFields.Grid().Cells]);
            file.Complete();
        }

        Assert.Contains(CfRequirements.Violations(_folder.File("wrong.nc")), violation => violation.StartsWith($"{section}: ", StringComparison.Ordinal));
    }

    private static Analysis Analysis(Grid grid, int members)
    {
        var random = new Random(1);
        float[] Field() => [.. Enumerable.Range(0, Variables.Length * grid.Cells).Select(i => i % 7 == 0 ? float.NaN : (float)random.NextDouble())];
        return new Analysis
        {
            Time = new DateTime(2000, 1, 15, 6, 0, 0, DateTimeKind.Utc),
            Grid = grid,
            Variables = Variables,
            Frequency = Frequency.Daily,
            Climatology = new ClimatologyDescription { Calendar = ClimatologyCalendar.Daily, Origin = ClimatologyOrigin.Computed, Scope = ClimatologyScope.Training, First = new(1981, 1, 1), Last = new(2010, 12, 31), Fields = 10957, SmoothDays = 15 },
            MostProbable = Field(),
            Members = [.. Enumerable.Range(0, members).Select(_ => Field())],
            Mean = Field(),
            Spread = Field(),
            ClimatologicalStandardDeviation = Field(),
            Latent = [1],
            Observations = ObservationsOf(),
            Diagnostics = new AnalysisDiagnostics { Method = "rml", Observations = 1, Rejected = 0, Flagged = 0, Members = members, Cost = 1, PriorCost = 1, ChiSquare = 1, Iterations = 1, Converged = true, UnconvergedMembers = 0, GeneratorCalls = 1, BackwardCalls = 1, SearchSeconds = 1 },
        };
    }

    private static Microsoft.Data.Analysis.DataFrame ObservationsOf() => new(
        new Microsoft.Data.Analysis.DoubleDataFrameColumn("lat", [1.0]), new Microsoft.Data.Analysis.DoubleDataFrameColumn("lon", [2.0]), new Microsoft.Data.Analysis.StringDataFrameColumn("flag", ["used"]));

    /// <summary>Four years of the variables, 29 February included.</summary>
    private string Prepare(Grid grid, bool isMonthly) =>
        Prepare(grid, [.. Enumerable.Range(0, 1461).Select(d => new DateTime(1999, 1, 1, 12, 0, 0, DateTimeKind.Utc).AddDays(d)).Where(t => !isMonthly || t.Day == 15)], Variables, null);

    private string Prepare(Grid grid, List<DateTime> days, Variable[] variables, TimeStep? step)
    {
        using (var file = new ClassicNetcdfWriter(_folder.File("in.nc")))
        {
            (file.Attributes["history"], file.Attributes["institution"], file.Attributes["source"]) = ("Mon Jan  3 10:00:00 2022: cdo daymean in.nc out.nc\n", "Institute of tests", "A model");
            var time = file.AddRecordDimension("time");
            var times = file.AddTime(time);
            var cells = file.AddGrid(grid);
            var stored = variables.Select(v =>
            {
                var attributes = new NetcdfAttributes { ["units"] = v.Units };
                foreach (var (name, text) in new[] { ("long_name", v.LongName), ("standard_name", v.StandardName), ("cell_methods", v.CellMethods) })
                {
                    if (text is not null)
                    {
                        attributes[name] = text;
                    }
                }

                cells.Describe(attributes);
                return file.AddVariable(v.Name, NetcdfType.Float32, [time, cells.Row, cells.Column], attributes);
            }).ToList();
            var random = new Random(2);
            for (var t = 0; t < days.Count; t++)
            {
                file.WriteSlice(times, t, CfCoordinates.HoursOf(days[t]));
                foreach (var variable in stored)
                {
                    file.WriteSlice<float>(variable, t, [.. Enumerable.Range(0, grid.Cells).Select(_ => (float)(280 + random.NextDouble()))]);
                }
            }

            file.Complete();
        }

        ArchivePreparation.Run(
            new PreparationOptions { Inputs = [_folder.File("in.nc")], Variables = [.. variables.Select(v => v.Name)], Step = step, Output = _folder.File("archive"), ClimatologyYears = YearSet.Parse("1999-2002"), Command = "vaeda prepare" },
            null, TestContext.Current.CancellationToken);
        return _folder.File("archive");
    }
}
