using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Results;

namespace VaeDa.Cli.Tests.Commands.Report;

/// <summary>Analyses whose every cell has a value of its own, with cells that have none and names that a browser must not believe.</summary>
internal static class ReportInputs
{
    public const string Evil = "<script>alert(1)</script>";
    public const string EvilToo = "\"><img src=x onerror=alert(2)>";
    public const int Members = 3;

    /// <summary>The first row of the cells without a value; there are two rows.</summary>
    public const int MissingRow = 12;

    public static Grid World { get; } = new([.. Enumerable.Range(0, 18).Select(i => 85.0 - 10 * i)], [.. Enumerable.Range(0, 36).Select(j => 10.0 * j)]);

    /// <param name="folder">Of the analysis.</param>
    /// <param name="grid">Null: <see cref="World"/>.</param>
    /// <param name="members">0 for an analysis without an ensemble.</param>
    /// <param name="observations">Beside the four that are of some kind each.</param>
    public static Analysis Write(string folder, Grid? grid = null, int members = Members, int observations = 0)
    {
        var analysis = Of(grid ?? World, members, observations);
        AnalysisFiles.Write(folder, analysis, Provenance.Now("vaeda assimilate 'a <b>.csv'", 1, ("model", "model.safetensors"), ("modelHash", "0"), ("observations", Evil), ("history", "2000-01-01T00:00:00Z: vaeda train archive")));
        return analysis;
    }

    private static Analysis Of(Grid grid, int members, int observations)
    {
        Variable[] variables = [new() { Name = "ta", Units = "K", LongName = "air_temperature <i>" }, new() { Name = "psl", Units = "Pa" }];
        float[] Field(double of) => [.. new[] { 1.0, 250.0 }.SelectMany(scale => Enumerable.Range(0, grid.Cells).Select(c => c / grid.Width is MissingRow or MissingRow + 1 ? float.NaN
            : (float)(scale * of * (4 * Math.Sin(grid.LatitudeOf(c) * Math.PI / 90) + 3 * Math.Cos(grid.LongitudeOf(c) * Math.PI / 180) + 0.01 * (c % 7)))))];
        float[] spread = [.. Field(1).Select(value => members == 0 ? float.NaN : 0.2f + Math.Abs(value) / 7)];
        var places = Enumerable.Range(0, observations).Select(i => (Latitude: 80 - 160.0 * (i + 0.5) / observations, Longitude: 137.5 * i % 360)).ToArray();
        double[] Numbers(params double[] first) => [.. first, .. Enumerable.Range(0, observations).Select(i => Math.Round(Math.Sin(i), 3))];
        return new Analysis
        {
            Time = new DateTime(2000, 1, 15, 12, 0, 0, DateTimeKind.Utc),
            Frequency = Frequency.Daily,
            Grid = grid,
            Variables = variables,
            ClimatologicalStandardDeviation = [.. Enumerable.Repeat(2f, grid.Cells), .. Enumerable.Repeat(500f, grid.Cells)],
            MostProbable = Field(1.1),
            Members = [.. Enumerable.Range(0, members).Select(m => Field(1 + 0.3 * (m - 1)))],
            Mean = Field(1),
            Spread = spread,
            Latent = [0],
            Observations = new DataFrame(
                new Int32DataFrameColumn("line", Enumerable.Range(2, 4 + observations)),
                new DoubleDataFrameColumn("lat", [45, 46, -30, 10, .. places.Select(p => p.Latitude)]),
                new DoubleDataFrameColumn("lon", [10, 200, 20, 30, .. places.Select(p => p.Longitude)]),
                new StringDataFrameColumn("station", [Evil, EvilToo, "Tromsø", null, .. places.Select((_, i) => $"s{i}")]),
                new StringDataFrameColumn("variable", ["ta", "ta", "psl", "ta", .. places.Select(_ => "ta")]),
                new DoubleDataFrameColumn("anomaly", Numbers(1.5, -9.25, 120, 3)),
                new DoubleDataFrameColumn("error", Numbers(0.5, 0.5, 100, 0.5).Select(Math.Abs)),
                new DoubleDataFrameColumn("analysis", [1.2, 0.4, 80, null, .. places.Select(_ => (double?)0)]),
                new DoubleDataFrameColumn("spread", [0.3, 0.3, 60, null, .. places.Select(_ => (double?)0.25)]),
                new DoubleDataFrameColumn("check_departure", [0.4, -9.6, 50, null, .. places.Select((_, i) => (double?)Math.Sin(i))]),
                new DoubleDataFrameColumn("check_spread", [0.8, 0.8, 100, null, .. places.Select(_ => (double?)0.7)]),
                new StringDataFrameColumn("flag", ["used", "outlier", "used", $"rejected: {Evil}", .. places.Select(_ => "used")])),
            Diagnostics = new AnalysisDiagnostics
            {
                Method = "gauss-newton",
                Observations = 2 + observations,
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
                Doubts = [$"a doubt about {Evil}"],
            },
        };
    }
}
