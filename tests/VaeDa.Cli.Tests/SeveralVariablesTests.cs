using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Observations;

namespace VaeDa.Cli.Tests;

/// <summary>
/// Pressure and wind of a made-up world on files of their own, the wind's a day shorter: prepared, learnt and assimilated together.
/// </summary>
public sealed partial class SeveralVariablesTests : IDisposable
{
    private const int Days = 420, Rows = 6, Columns = 12;
    private readonly TemporaryFolder _folder = new();

    public SeveralVariablesTests()
    {
        var random = new Random(4);
        var (pressure, wind) = (new float[Days * Rows * Columns], new float[(Days - 1) * Rows * Columns]);
        for (var day = 0; day < Days; day++)
        {
            var (a, b) = (Normal(random), Normal(random));
            for (var i = 0; i < Rows * Columns; i++)
            {
                var lambda = 2 * Math.PI * (i % Columns) / Columns;
                pressure[day * Rows * Columns + i] = (float)(500 * (a * Math.Cos(lambda) + b * Math.Sin(2 * lambda)) + 20 * Normal(random));
                if (day < Days - 1)
                {
                    wind[day * Rows * Columns + i] = (float)(4 * (-a * Math.Sin(lambda) + b * Math.Cos(2 * lambda)) + 0.2 * Normal(random));
                }
            }
        }

        Write("pressure", "psl", "Pa", pressure, Days);
        Write("wind", "va", "m s-1", wind, Days - 1);
        Assert.Contains("psl: 1 fields left out, another variable has none at that time", Run("prepare", "pressure.safetensors", "wind.safetensors", "--anomalies", "--gap-days", "0", "--out", "archive").Error);
        Run("train", "archive", "--latent", "4", "--epochs", "1", "--threads", "1", "--out", "model.safetensors");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pressure_is_recovered_from_the_wind_alone()
    {
        Run("observe", "archive", "--network", "sparse", "--variable", "va", "--out", "winds.csv");
        Assert.Equal(["va"], ObservationFile.Read(_folder.File("winds.csv")).Variable.Distinct());
        var run = Run("assimilate", "winds.csv", "--model", "model.safetensors", "--truth", "archive", "--threads", "1");
        var errors = Error().Matches(run.Output).ToDictionary(m => m.Groups[1].Value, m => double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(["psl", "va"], errors.Keys.Order());
        Assert.InRange(errors["psl"], 1, 150);
        Assert.InRange(errors["va"], 0.01, 1);
        Assert.Equal("winds.analysis/analysis.psl.png", Run("plot", "winds.analysis", "--variable", "psl", "--truth", "archive").Output.Trim());
        Assert.True(PngFile.SizeOf(_folder.File("winds.analysis/analysis.psl.png")).Width > 500);
    }

    [Fact]
    public void Analyses_are_scored_for_every_variable_where_only_some_are_observed()
    {
        var run = Run("validate", "model.safetensors", "--archive", "archive", "--assimilation", "--observe", "va", "--network", "sparse", "--dates", "8", "--adam-dates", "0", "--members", "4", "--threads", "1");
        Assert.Contains("variance explained", run.Output);
        var json = JsonDocument.Parse(File.ReadAllText(_folder.File("validation/scores.json"))).RootElement;
        var explained = json.GetProperty("explainedVariance").EnumerateArray().ToDictionary(
            row => (row.GetProperty("variable").GetString(), row.GetProperty("method").GetString()), row => row.GetProperty("explained_variance").GetDouble());
        Assert.All(["vae", "eof-oi", "eof-oi-patterns"], method => Assert.True(explained[("psl", method)] > 0.9, method));
        Assert.Equal(0, explained[("psl", "kriging")], 0.001);
        Assert.True(explained[("va", "kriging")] > 0.5);
    }

    [Fact]
    public void A_variable_that_is_not_there_cannot_be_observed()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "validate", "model.safetensors", "--archive", "archive", "--assimilation", "--observe", "ua");
        Assert.Equal((1, "vaeda: there is no variable 'ua'; the variables are 'psl', 'va'"), (run.ExitCode, run.Error.Trim()));
    }

    private VaedaProcess Run(params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private void Write(string name, string variable, string units, float[] values, int days)
    {
        var file = new SafetensorsFile();
        file.Add("anomaly", values, days, Rows, Columns);
        file.Write(_folder.File($"{name}.safetensors"));
        File.WriteAllText(_folder.File($"{name}.json"), JsonSerializer.Serialize(new
        {
            latitudes = Enumerable.Range(0, Rows).Select(i => 75 - 30 * i),
            longitudes = Enumerable.Range(0, Columns).Select(j => 30 * j),
            times = Enumerable.Range(0, days).Select(d => new DateTime(2000, 1, 1).AddDays(d).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            variables = new[] { variable },
            units = new[] { units },
        }));
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    [GeneratedRegex(@"(\w+) against the truth: RMSE ([\d.]+) of the most probable field")]
    private static partial Regex Error();
}
