using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Observations;

namespace VaeDa.Tests.Assimilation;

public sealed class AnalysisTests
{
    private static readonly Grid Globe = new([60, 20, -20, -60], [0, 90, 180, 270]);
    private static readonly Grid Region = new([50, 40, 30], [0, 10, 20, 30]);
    private static readonly Variable[] Two = [new() { Name = "ta", Units = "K" }, new() { Name = "psl", Units = "Pa" }];

    [Fact]
    public void Between_cells_an_analysis_is_linear_in_latitude_and_longitude()
    {
        var analysis = Of(Region, Two, v => cell => (float)((v == 0 ? 1 : 100) * (Region.LatitudeOf(cell) + 0.2 * Region.LongitudeOf(cell))));
        var (temperature, pressure) = (analysis["ta"].At(43, 12), analysis["psl"].At(43, 12));
        Assert.Equal(43 + 2.4, temperature.MostProbable, 1e-5);
        Assert.Equal(100 * (43 + 2.4), pressure.MostProbable, 1e-3);
        Assert.Equal(("K", "Pa"), (temperature.Variable.Units, pressure.Variable.Units));
        Assert.Equal((43.0, 12.0), (pressure.Latitude, pressure.Longitude));
        Assert.Equal(analysis.MostProbable[Region.Cells..], analysis["psl"].MostProbable);
    }

    [Fact]
    public void Across_the_date_line_the_first_column_follows_the_last()
    {
        var analysis = Of(Globe, Two[..1], _ => cell => cell % 4 == 3 ? 8 : 0);
        Assert.Equal(4, analysis.At(20, 315).Mean, 1e-6);
        Assert.Equal(4, analysis.At(20, -45).Mean, 1e-6);
    }

    [Fact]
    public void The_spread_at_a_place_is_of_the_members_there_and_not_between_the_spreads_of_cells()
    {
        // Two members that are opposite from each column to the next: halfway both are 0.
        float[][] members = [[.. Enumerable.Range(0, 16).Select(cell => cell % 2 == 0 ? 3f : -3f)], [.. Enumerable.Range(0, 16).Select(cell => cell % 2 == 0 ? -3f : 3f)]];
        var analysis = Of(Globe, Two[..1], _ => _ => 0) with { Members = members, Spread = [.. Enumerable.Repeat(3 * MathF.Sqrt(2), 16)] };
        Assert.Equal(3 * Math.Sqrt(2), analysis.At(20, 90).Spread, 1e-6);
        Assert.Equal(0, analysis.At(20, 45).Spread, 1e-6);
        Assert.Equal([3.0, -3.0], analysis.At(20, 180).Members);
        Assert.Equal(3 / Math.Sqrt(2), analysis.At(20, 112.5).Spread, 1e-6);
        Assert.True(double.IsNaN((analysis with { Members = [] }).At(20, 90).Spread));
    }

    [Fact]
    public void Beside_missing_cells_the_others_count_and_among_them_nothing_does()
    {
        var analysis = Of(Region, Two[..1], _ => cell => cell % 4 == 0 ? float.NaN : cell % 4);
        Assert.Equal(1, analysis.At(45, 2).MostProbable, 1e-6);
        Assert.Equal(1.5, analysis.At(45, 15).MostProbable, 1e-6);
        Assert.True(double.IsNaN(analysis.At(45, 0).MostProbable));
        Assert.True(double.IsNaN(analysis.At(45, 0).Mean));
    }

    [Fact]
    public void What_cannot_be_asked_for_is_said()
    {
        var analysis = Of(Region, Two, _ => _ => 0);
        Assert.Equal("(10, -120.5) is outside the grid, " + Region, Assert.Throws<InvalidInputException>(() => analysis["ta"].At(10, -120.5)).Message);
        Assert.Equal("there is no variable 'hus' in the analysis; there are 'ta', 'psl'", Assert.Throws<InvalidInputException>(() => analysis["hus"]).Message);
        Assert.Contains("analysis[\"ta\"].At", Assert.Throws<InvalidOperationException>(() => analysis.At(40, 10)).Message);
    }

    [Fact]
    public void At_an_observation_the_analysis_is_its_equivalent()
    {
        using var world = new LinearWorld(variables: 2);
        var table = world.Observe(40, 0.5, seed: 3);
        var analysis = world.Assimilate(table, new AssimilationOptions { Members = 5 });
        for (var i = 0; i < table.Count; i++)
        {
            var there = analysis[table.Variable[i]!].At(table.Latitude[i], table.Longitude[i]);
            Assert.Equal((double)analysis.Observations["analysis"][i], there.MostProbable, 1e-12);
            var h = new ObservationOperator(analysis.Grid, ["x0", "x1"], table.Select([i]));
            Assert.Equal(analysis.Members.Select(m => h.Apply(m)[0]), there.Members);
            Assert.Equal(there.Members.Average(), there.Mean, 1e-5 + 1e-6 * Math.Abs(there.Mean));
            Assert.InRange(there.Spread, 1e-3, (double)analysis.Observations["spread"][i] * 1.0001);
        }

        Assert.Equal(analysis.Members.Select(m => m[analysis.Grid.Cells..]), analysis["x1"].Members);
        Assert.Equal(analysis.Spread[..analysis.Grid.Cells], analysis["x0"].Spread);
        Assert.Equal(analysis.Mean[analysis.Grid.Cells..], analysis["x1"].Mean);
        Assert.Equal(world.Model.ClimatologicalStandardDeviation, analysis.ClimatologicalStandardDeviation);
    }

    /// <param name="values">Of variable and cell.</param>
    private static Analysis Of(Grid grid, Variable[] variables, Func<int, Func<int, float>> values)
    {
        float[] field = [.. variables.SelectMany((_, v) => Enumerable.Range(0, grid.Cells).Select(values(v)))];
        return new Analysis
        {
            Grid = grid,
            Variables = variables,
            MostProbable = field,
            Members = [],
            Mean = field,
            Spread = [.. Enumerable.Repeat(float.NaN, field.Length)],
            ClimatologicalStandardDeviation = field,
            Latent = [],
            Observations = new DataFrame(),
            Diagnostics = new AnalysisDiagnostics
            {
                Method = "none",
                Observations = 0,
                Rejected = 0,
                Flagged = 0,
                Members = 0,
                Cost = 0,
                PriorCost = 0,
                ChiSquare = 0,
                Iterations = 0,
                Converged = true,
                UnconvergedMembers = 0,
                GeneratorCalls = 0,
                BackwardCalls = 0,
                SearchSeconds = 0,
            },
        };
    }
}
