using System.Text.Json;
using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Results;
using VaeDa.Training;

namespace VaeDa.Cli.Tests;

/// <summary>What earlier runs would have left, small, made once.</summary>
public sealed class PlotInputs : IDisposable
{
    private const int Rows = 18, Columns = 36;

    private static readonly Grid World = new([.. Enumerable.Range(0, Rows).Select(i => 85.0 - 10 * i)], [.. Enumerable.Range(0, Columns).Select(j => 10.0 * j)]);
    private static readonly DateTime Second = new(2000, 1, 2, 0, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();

    public PlotInputs()
    {
        MakeArchive("archive", "fields", World);
        MakeArchive("other", "other-fields", new Grid([45, -45], [0, 180]));
        WriteAnalysis("run", Second);
        WriteAnalysis("late", Second.AddYears(1));
        WriteAnalysis("single", time: null, members: 0);
        WriteAnalysis("half", Second);
        File.Delete(_folder.File("half/observations.parquet"));
        WriteHistory(best: 1);
        WriteHistory(best: 3);
        File.WriteAllText(_folder.File("notes.nc"), "latitudes are in degrees");
    }

    public void Dispose() => _folder.Dispose();

    public void CopyTo(string folder)
    {
        foreach (var file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(_folder.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static Analysis AnalysisOf(DateTime? time, int members)
    {
        Variable[] variables = [new() { Name = "ta", Units = "K", LongName = "air temperature" }, new() { Name = "psl", Units = "Pa" }];
        float[] mean = [.. Halves(8), .. Halves(-800)];
        float[] spread = [.. mean.Select((value, i) => members == 0 ? float.NaN : Math.Abs(value) / (i % World.Cells < World.Cells / 2 ? 10 : 40))];
        return new Analysis
        {
            Time = time,
            Grid = World,
            Variables = variables,
            ClimatologicalStandardDeviation = [.. Enumerable.Repeat(2f, World.Cells), .. Enumerable.Repeat(200f, World.Cells)],
            MostProbable = mean,
            Members = [.. Enumerable.Range(0, members).Select(m => mean.Zip(spread, (value, deviation) => value + (2 * m - members + 1) * deviation).ToArray())],
            Mean = mean,
            Spread = spread,
            Latent = [0],
            Observations = new DataFrame(
                new DoubleDataFrameColumn("lat", [45, 46, -30, 10]),
                new DoubleDataFrameColumn("lon", [10, 200, 20, 30]),
                new StringDataFrameColumn("variable", ["ta", "ta", "psl", "ta"]),
                new StringDataFrameColumn("flag", ["used", "outlier", "used", "rejected: outside the grid"])),
            Diagnostics = new AnalysisDiagnostics
            {
                Method = "gauss-newton",
                Observations = 3,
                Rejected = 1,
                Flagged = 1,
                Members = members,
                Cost = 1,
                PriorCost = 1,
                ChiSquare = 1,
                Iterations = 1,
                UnconvergedMembers = 0,
                Converged = true,
                GeneratorCalls = 1,
                BackwardCalls = 1,
                SearchSeconds = 1,
            },
        };
    }

    // As much north of the equator, the opposite south of it.
    private static IEnumerable<float> Halves(float north) => Enumerable.Range(0, World.Cells).Select(cell => cell / Columns < Rows / 2 ? north : -north);

    private void WriteAnalysis(string folder, DateTime? time, int members = 3) => AnalysisFiles.Write(
        _folder.File(folder),
        AnalysisOf(time, members),
        Provenance.Now("vaeda assimilate", 1, ("model", "model.safetensors"), ("modelHash", "0")));

    private void WriteHistory(int best) => DataFrameFile.Write(
        TrainingHistory.ToDataFrame([.. Enumerable.Range(0, 5).Select(epoch => new EpochRecord
        {
            Epoch = epoch,
            TrainingLoss = epoch == 0 ? double.NaN : 5 - epoch,
            ValidationLoss = epoch == 4 ? double.NaN : 1 + Math.Abs(epoch - best),
            ValidationDivergence = 0.1,
            TrainingError = 0.5,
            ValidationError = 0.6,
            LearningRate = 1e-3,
            Seconds = 1,
        })]),
        _folder.File($"best-{best}.history.parquet"));

    // Three days of psl and ta: on the second the north is warm in psl and cold in ta, on the others the other way round.
    private void MakeArchive(string name, string fields, Grid grid)
    {
        float[] values =
        [
            .. from day in (int[])[-1, 1, -1]
               from north in (float[])[800 * day, -8 * day]
               from cell in Enumerable.Range(0, grid.Cells)
               select cell < grid.Cells / 2 ? north : -north,
        ];
        var file = new SafetensorsFile();
        file.Add("anomaly", values, 3, 2, grid.Height, grid.Width);
        file.Write(_folder.File($"{fields}.safetensors"));
        File.WriteAllText(_folder.File($"{fields}.json"), JsonSerializer.Serialize(new
        {
            latitudes = grid.Latitudes,
            longitudes = grid.Longitudes,
            times = (string[])["2000-01-01", "2000-01-02", "2000-01-03"],
            variables = (string[])["psl", "ta"],
            units = (string[])["Pa", "K"],
        }));
        var run = VaedaProcess.RunIn(_folder.Path, "prepare", $"{fields}.safetensors", "--anomalies", "--gap-days", "0", "--out", name);
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
