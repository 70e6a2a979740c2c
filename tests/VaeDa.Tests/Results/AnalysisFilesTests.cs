using System.Text.Json;
using VaeDa.Assimilation;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Results;

namespace VaeDa.Tests.Results;

public sealed class AnalysisFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GenerativeModel _model = SeasonalModel.Make();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void What_was_written_is_read(int members)
    {
        var written = Analyse(members);
        AnalysisFiles.Write(_folder.Path, written, Provenance);
        var read = AnalysisFiles.Read(_folder.Path);
        Assert.Equal(SeasonalModel.July, read.Time);
        Assert.Equal(written.Grid, read.Grid);
        Assert.Equal(written.Variables, read.Variables);
        Assert.Equal(written.MostProbable, read.MostProbable);
        Assert.Equal(written.Mean, read.Mean);
        Assert.Equal(written.Spread, read.Spread);
        Assert.Equal(written.Members, read.Members);
        Assert.Equal(written.ClimatologicalStandardDeviation, read.ClimatologicalStandardDeviation);
        Assert.Equal(written.Latent, read.Latent);
        Assert.Equal(written.Diagnostics.ErrorFactors!, read.Diagnostics.ErrorFactors!);
        Assert.Equal(written.Diagnostics.WorstFlagged, read.Diagnostics.WorstFlagged);
        Assert.Equal(written.Diagnostics.Doubts, read.Diagnostics.Doubts);
        Assert.Equal(written.Diagnostics.Withheld, read.Diagnostics.Withheld);
        Assert.Equal(written.Diagnostics with { ErrorFactors = null, WorstFlagged = [], Doubts = [], Withheld = [] }, read.Diagnostics with { ErrorFactors = null, WorstFlagged = [], Doubts = [], Withheld = [] });
        foreach (var column in written.Observations.Columns)
        {
            Assert.Equal(column.Cast<object?>(), read.Observations[column.Name].Cast<object?>());
        }

        foreach (var variable in (string[])["ta", "psl"])
        {
            Assert.Equal(written[variable].Members, read[variable].Members);
            var (there, again) = (written[variable].At(12.3, 45.6), read[variable].At(12.3, 45.6));
            Assert.Equal(there.Members, again.Members);
            Assert.Equal((there.Mean, there.Spread), (again.Mean, again.Spread));
        }

        Assert.Equal(JsonSerializer.Serialize(Provenance), JsonSerializer.Serialize(AnalysisFiles.ReadProvenance(_folder.Path)));
    }

    [Fact]
    public void A_folder_that_is_none_of_an_analysis_is_refused_in_one_line()
    {
        AnalysisFiles.Write(_folder.Path, Analyse(2), Provenance);
        File.WriteAllText(_folder.File(AnalysisFiles.Description), "{ \"latent\": [1] }");
        Refused(AnalysisFiles.Description, "not of an analysis");
        File.Delete(_folder.File(AnalysisFiles.Description));
        Refused(AnalysisFiles.Description, "no such file");
        File.Delete(_folder.File(AnalysisFiles.Fields));
        Refused(AnalysisFiles.Fields, "no such file");

        void Refused(string file, string what)
        {
            var message = Assert.Throws<InvalidInputException>(() => AnalysisFiles.Read(_folder.Path)).Message;
            Assert.StartsWith($"{_folder.File(file)}: {what}", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_folder_of_an_earlier_version_is_read(int members)
    {
        var written = Analyse(members);
        AnalysisFiles.Write(_folder.Path, written, Provenance);
        EarlierVersion.Rewrite(_folder.Path, written);
        var read = AnalysisFiles.Read(_folder.Path);
        Assert.Equal(written.Time, read.Time);
        Assert.Equal(written.Variables, read.Variables);
        Assert.Equal(written.MostProbable, read.MostProbable);
        Assert.Equal(written.Mean, read.Mean);
        Assert.Equal(written.Members, read.Members);
        Assert.Null(read.Frequency);
        Assert.Null(read.Climatology);
    }

    [Theory]
    [InlineData(AnalysisFiles.Fields)]
    [InlineData(AnalysisFiles.Observations)]
    [InlineData(AnalysisFiles.Description)]
    public void Files_of_two_analyses_are_not_taken_for_one(string replaced)
    {
        AnalysisFiles.Write(_folder.File("one"), Analyse(2), Provenance);
        AnalysisFiles.Write(_folder.File("again"), Analyse(2), Provenance);
        AnalysisFiles.Write(_folder.File("other"), Analyse(3), Provenance);
        // The same analysis made again is the same.
        File.Copy(Path.Combine(_folder.File("again"), replaced), Path.Combine(_folder.File("one"), replaced), overwrite: true);
        Assert.Equal(2, AnalysisFiles.Read(_folder.File("one")).Members.Count);
        File.Copy(Path.Combine(_folder.File("other"), replaced), Path.Combine(_folder.File("one"), replaced), overwrite: true);
        Assert.Matches("/one/(analysis.nc|observations.parquet): of another analysis than analysis.json beside it", Assert.Throws<InvalidInputException>(() => AnalysisFiles.Read(_folder.File("one"))).Message);
    }

    [Fact]
    public void Members_of_another_analysis_that_took_its_place_are_not_read()
    {
        AnalysisFiles.Write(_folder.File("one"), Analyse(2), Provenance);
        var read = AnalysisFiles.Read(_folder.File("one"));
        Assert.Equal(read.Grid.Cells * read.Variables.Count, read.Members[1].Length);
        AnalysisFiles.Write(_folder.File("one"), Analyse(3), Provenance);
        Assert.Contains("another analysis has taken its place", Assert.Throws<InvalidInputException>(() => read.Members[1]).Message);
    }

    [Fact]
    public void Another_analysis_takes_the_place_of_one_with_its_pictures_and_others_files_stay()
    {
        AnalysisFiles.Write(_folder.File("one"), Analyse(2), Provenance);
        foreach (var name in new[] { "analysis.png", "analysis.contours.t.png", "observations.csv", "notes.txt" })
        {
            File.WriteAllText(_folder.File($"one/{name}"), "");
        }

        AnalysisFiles.Write(_folder.File("one"), Analyse(3), Provenance);
        Assert.Equal(["analysis.json", "analysis.nc", "notes.txt", "observations.parquet"], Directory.GetFiles(_folder.File("one")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(3, AnalysisFiles.Read(_folder.File("one")).Members.Count);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("x/../../y")]
    [InlineData("NUL")]
    [InlineData("a\u001b[2Jb")]
    public void Names_of_variables_are_never_paths(string name)
    {
        using (var file = new ClassicNetcdfWriter(_folder.File(AnalysisFiles.Fields)))
        {
            var cells = file.AddGrid(_model.Grid);
            var variable = file.AddVariable($"{name}_climatological_standard_deviation", NetcdfType.Float32, [cells.Row, cells.Column], []);
            file.Write<float>(variable, new float[_model.Grid.Cells]);
            file.Complete();
        }

        var message = Assert.Throws<InvalidInputException>(() => AnalysisFiles.Read(_folder.Path)).Message;
        Assert.StartsWith($"{_folder.File(AnalysisFiles.Fields)}: a variable cannot be called '", message);
        Assert.DoesNotContain(message, char.IsControl);
    }

    private static readonly Provenance Provenance = Provenance.Now("test", 1, ("model", "seasonal.safetensors"), ("modelHash", "0123"), ("observations", "some.csv"), ("time", SeasonalModel.July));

    private Analysis Analyse(int members) => new Assimilator(_model, new AssimilationOptions { Members = members, EstimateError = true }).Run(new ObservationTable(
        Enumerable.Range(0, 40).Select(i => new Observation(70 - 3.5 * i, 9 * i, i % 2 == 0 ? 0.3 : -150)
        {
            Variable = i == 39 ? "hus" : i % 2 == 0 ? "ta" : "psl",
            Error = i % 2 == 0 ? 0.5 : 100,
            Time = SeasonalModel.July,
            Station = $"s{i}",
        })));
}
