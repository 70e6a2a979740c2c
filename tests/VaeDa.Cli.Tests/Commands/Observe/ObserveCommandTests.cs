using System.Text.Json;
using VaeDa.Files;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Cli.Tests.Commands.Observe;

public sealed class ObserveCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sparse")]
    [InlineData("mid")]
    [InlineData("dense")]
    public void Make_network_makes_the_bundled_file(string name)
    {
        var run = VaedaProcess.RunIn(_folder.Path, "observe", "--make-network", name, "--out", "made.csv");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(File.ReadAllBytes(Path.Combine(SharedData.RepositoryRoot, "data/networks", $"{name}.csv")), File.ReadAllBytes(_folder.File("made.csv")));
    }

    [Fact]
    public void Another_seed_makes_another_network()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "observe", "--make-network", "sparse", "--seed", "7", "--out", "made.csv").ExitCode);
        Assert.NotEqual(Network.Read(Path.Combine(SharedData.RepositoryRoot, "data/networks/sparse.csv")).Places, Network.Read(_folder.File("made.csv")).Places);
    }

    [Fact]
    public void A_field_is_observed_on_a_bundled_network_from_any_folder()
    {
        MakeArchive();
        var run = Observe("--network", "mid", "--time", "2000-01-02", "--seed", "1", "--out", "obs.csv");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("obs.csv: 1000 observations of ta (σ = 0.5 K) at 2000-01-02T00:00, seed 1\n", run.Output.ReplaceLineEndings("\n"));
        var table = ObservationFile.Read(_folder.File("obs.csv"));
        Assert.Equal(1000, table.Count);
        Assert.All(table.Time, time => Assert.Equal(new DateTime(2000, 1, 2), time));
        Assert.All(table.Error, error => Assert.Equal(0.5, error));
        // The second field is 2 everywhere.
        Assert.InRange(table.Anomaly.Average(), 1.9, 2.1);
        Assert.InRange(Math.Sqrt(table.Anomaly.Average(a => (a - 2) * (a - 2))), 0.45, 0.55);
    }

    [Fact]
    public void The_same_seed_gives_the_same_file()
    {
        MakeArchive();
        foreach (var (name, seed) in new[] { ("a.csv", "3"), ("b.csv", "3"), ("c.csv", "4") })
        {
            Assert.Equal(0, Observe("--seed", seed, "--out", name).ExitCode);
        }

        Assert.Equal(File.ReadAllBytes(_folder.File("a.csv")), File.ReadAllBytes(_folder.File("b.csv")));
        Assert.NotEqual(File.ReadAllBytes(_folder.File("a.csv")), File.ReadAllBytes(_folder.File("c.csv")));
    }

    [Fact]
    public void A_file_comes_before_a_bundled_name_and_what_cannot_be_observed_is_reported()
    {
        MakeArchive();
        File.WriteAllText(_folder.File("mid"), "lat,lon,station,height\n10,20,a,5\n-85,0,b,5\n0,0,,5\n");
        var run = Observe("--network", "mid", "--error", "0.001", "--json", "--out", "obs.parquet");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            vaeda: columns of the network not used: height
            vaeda: 1 not observed, the first at station b: the fields have no value near (-85, 0)

            """.ReplaceLineEndings("\n"), run.Error.ReplaceLineEndings("\n"));
        var told = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((2, 1), (told.GetProperty("count").GetInt32(), told.GetProperty("rejected").GetInt32()));
        Assert.Equal(0.001, told.GetProperty("errors").GetProperty("ta").GetDouble());
        var table = ObservationFile.Read(_folder.File("obs.parquet"));
        Assert.Equal(["a", null], table.Station);
        Assert.All(table.Anomaly, anomaly => Assert.Equal(3, anomaly, 0.01));
    }

    [Fact]
    public void Gross_errors_are_counted()
    {
        MakeArchive();
        var run = Observe("--gross-errors", "0.05", "--gross-size", "20", "--json", "--out", "obs.csv");
        var wrong = JsonDocument.Parse(run.Output).RootElement.GetProperty("grossErrorRows").EnumerateArray().Select(row => row.GetInt32()).ToArray();
        Assert.InRange(wrong.Length, 25, 80);
        var table = ObservationFile.Read(_folder.File("obs.csv"));
        Assert.Equal(wrong, Enumerable.Range(0, table.Count).Where(i => Math.Abs(table.Anomaly[i] - 3) > 5));
    }

    [Theory]
    [InlineData(1, "there is no time 1999; the times are 2000-01-01…2000-01-03", "--time", "1999")]
    [InlineData(1, "2000-01 has more than one time", "--time", "2000-01")]
    [InlineData(1, "there is no file 'nowhere', nor is it one of the bundled 'dense', 'mid', 'sparse'", "--network", "nowhere")]
    [InlineData(1, "error '-1' is neither a number above 0", "--error", "-1")]
    [InlineData(1, "there is no variable 'psl'", "--variable", "psl")]
    [InlineData(2, "--gross-errors is 3; it must be at most 1", "--gross-errors", "3")]
    [InlineData(2, "'ARCHIVE' has no meaning with --make-network", "--make-network", "mid")]
    [InlineData(2, "--gross-errors", "--gross-errors", "many")]
    public void What_cannot_be_is_refused_on_a_line_and_writes_nothing(int exitCode, string message, params string[] arguments)
    {
        MakeArchive();
        var run = Observe([.. arguments, "--out", "obs.csv"]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith("vaeda: ", run.Error);
        Assert.Contains(message, run.Error.Split('\n')[0]);
        Assert.Empty(run.Output);
        Assert.False(File.Exists(_folder.File("obs.csv")));
    }

    private VaedaProcess Observe(params string[] arguments) => VaedaProcess.RunIn(_folder.Path, ["observe", "archive", .. arguments]);

    // Three days on a 10° grid: the fields are 1, 2 and 3 everywhere, and missing south of 80° S.
    private void MakeArchive()
    {
        const int Days = 3, Rows = 18, Columns = 36;
        var values = Enumerable.Range(0, Days * Rows * Columns)
            .Select(i => i / Columns % Rows == Rows - 1 ? float.NaN : 1 + i / (Rows * Columns)).ToArray();
        var file = new SafetensorsFile();
        file.Add("anomaly", values, Days, Rows, Columns);
        file.Write(_folder.File("fields.safetensors"));
        File.WriteAllText(_folder.File("fields.json"), JsonSerializer.Serialize(new
        {
            latitudes = Enumerable.Range(0, Rows).Select(i => 85 - 10 * i),
            longitudes = Enumerable.Range(0, Columns).Select(j => 10 * j),
            times = Enumerable.Range(0, Days).Select(d => $"2000-01-0{d + 1}"),
            variables = new[] { "ta" },
            units = new[] { "K" },
        }));
        var run = VaedaProcess.RunIn(_folder.Path, "prepare", "fields.safetensors", "--anomalies", "--gap-days", "0", "--out", "archive");
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
