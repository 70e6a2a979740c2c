using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using VaeDa.Observations;

namespace VaeDa.Cli.Tests;

/// <summary>Two variables learnt and assimilated together.</summary>
public sealed partial class SeveralVariablesTests : IClassFixture<PressureAndWind>
{
    private readonly PressureAndWind _world;

    public SeveralVariablesTests(PressureAndWind world) => _world = world;

    [Fact]
    public void Pressure_is_recovered_from_the_wind_alone()
    {
        _world.Run("observe", "archive", "--network", "sparse", "--variable", "va", "--out", "winds.csv");
        Assert.Equal(["va"], ObservationFile.Read(_world.Folder.File("winds.csv")).Variable.Distinct());
        var run = _world.Run("assimilate", "winds.csv", "--model", "model.safetensors", "--truth", "archive", "--threads", "1");
        var errors = Error().Matches(run.Output).ToDictionary(m => m.Groups[1].Value, m => double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(["psl", "va"], errors.Keys.Order());
        Assert.InRange(errors["psl"], 1, 150);
        Assert.InRange(errors["va"], 0.01, 1);
        Assert.Equal("winds.analysis/analysis.psl.png", _world.Run("plot", "winds.analysis", "--variable", "psl", "--truth", "archive").Output.Trim());
        Assert.True(PngFile.SizeOf(_world.Folder.File("winds.analysis/analysis.psl.png")).Width > 500);
    }

    [Fact]
    public void Analyses_are_scored_for_every_variable_where_only_some_are_observed()
    {
        var run = _world.Run("validate", "model.safetensors", "--archive", "archive", "--assimilation", "--observe", "va", "--network", "sparse", "--dates", "8", "--adam-dates", "0", "--members", "4", "--threads", "1");
        Assert.Contains("variance explained", run.Output);
        var json = JsonDocument.Parse(File.ReadAllText(_world.Folder.File("validation/scores.json"))).RootElement;
        var explained = json.GetProperty("explainedVariance").EnumerateArray().ToDictionary(
            row => (row.GetProperty("variable").GetString(), row.GetProperty("method").GetString()), row => row.GetProperty("explained_variance").GetDouble());
        Assert.All(["vae", "eof-oi", "eof-oi-patterns"], method => Assert.True(explained[("psl", method)] > 0.9, method));
        Assert.Equal(0, explained[("psl", "kriging")], 0.001);
        Assert.True(explained[("va", "kriging")] > 0.5);
    }

    [Fact]
    public void A_variable_that_is_not_there_cannot_be_observed()
    {
        var run = VaedaProcess.RunIn(_world.Folder.Path, "validate", "model.safetensors", "--archive", "archive", "--assimilation", "--observe", "ua");
        Assert.Equal((1, "vaeda: there is no variable 'ua'; the variables are 'psl', 'va'"), (run.ExitCode, run.Error.Trim()));
    }

    [GeneratedRegex(@"(\w+) against the truth: RMSE ([\d.]+) of the most probable field")]
    private static partial Regex Error();
}
