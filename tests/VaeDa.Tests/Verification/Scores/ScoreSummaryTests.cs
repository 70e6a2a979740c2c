using Microsoft.Data.Analysis;
using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

public class ScoreSummaryTests
{
    [Fact]
    public void Errors_and_spreads_are_pooled_as_squares_and_extremes_by_their_area()
    {
        var scores = new[] { Score("a", 1, 3, members: 3, extreme: (0.1, 4)), Score("a", 2, 4, members: 3, extreme: (0, double.NaN)), Score("a", 3, 5, members: 3, extreme: (0.3, 8)) };
        var row = ScoreSummary.Of(scores, new Dictionary<(string, string, string), EnsembleCalibration>()).Rows.Single();
        Assert.Equal(3.0, row["dates"]);
        Assert.Equal(Math.Sqrt(50 / 3.0), (double)row["rmse"], 1e-12);
        Assert.Equal(4, (double)row["crps"], 1e-12);
        Assert.Equal(Math.Sqrt((0.1 * 16 + 0.3 * 64) / 0.4), (double)row["extreme_rmse"], 1e-12);
        Assert.Equal((0.1 * 4 + 0.3 * 8) / 0.4, (double)row["extreme_crps"], 1e-12);
        Assert.Equal(0.4 / 3, (double)row["extreme_area"], 1e-12);
        Assert.Equal(1.5, (double)row["spread"], 1e-12);
        Assert.Equal(1.5 / Math.Sqrt(50 / 3.0) * Math.Sqrt(4 / 3.0), (double)row["spread_skill"], 1e-12);
        Assert.Equal(0.5, (double)row["coverage_50"], 1e-12);
        Assert.Equal(double.NaN, row["rank_p"]);
    }

    [Fact]
    public void Methods_are_compared_on_the_dates_that_both_have()
    {
        var own = Enumerable.Range(1, 40).Select(t => Score("vae", t, 1 + t % 3, extreme: (0, double.NaN)));
        var worse = Enumerable.Range(1, 40).Select(t => Score("worse", t, 1.25 * (1 + t % 3), extreme: (0, double.NaN)));
        var rare = new[] { Score("rare", 2, 2, members: 0), Score("rare", 99, 2, members: 0) };
        var table = MethodComparison.Of([.. own, .. worse, .. rare], "vae", 1);
        var rows = table.Rows.ToDictionary(row => ((string)row["rival"], (string)row["score"]));
        // No extremes to compare in, and no ensemble of the last rival.
        Assert.Equal([("worse", "rmse"), ("worse", "mean_rmse"), ("worse", "crps"), ("rare", "rmse")], rows.Keys);
        Assert.All(rows.Values.Where(row => (string)row["rival"] == "worse"), row =>
        {
            Assert.Equal(40.0, row["dates"]);
            Assert.All(["difference_percent", "low", "high"], column => Assert.Equal(-20, (double)row[column], 1e-9));
        });
        Assert.Equal(Math.Sqrt(Enumerable.Range(1, 40).Average(t => (1 + t % 3) * (1 + t % 3))), (double)rows[("worse", "rmse")]["vae"], 1e-12);
        Assert.Equal(1.25 * Enumerable.Range(1, 40).Average(t => 1 + t % 3), (double)rows[("worse", "crps")]["rival_score"], 1e-12);
        Assert.Equal(1.0, rows[("rare", "rmse")]["dates"]);
        Assert.Equal(50, (double)rows[("rare", "rmse")]["difference_percent"], 1e-9); // 3 at t = 2, the rival's 2
    }

    [Fact]
    public void Successive_dates_are_compared_by_their_blocks()
    {
        List<AnalysisScore> scores = [.. Enumerable.Range(0, 240).SelectMany(t => new[] { Score("vae", t, 1), Score("rival", t, 1 + t / 30 % 2) })];
        string Block(DateTime time) => $"{(time - new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)).Days / 30}";
        var (single, blocks) = (Row(MethodComparison.Of(scores, "vae", 1)), Row(MethodComparison.Of(scores, "vae", 1, Block)));
        Assert.Equal((240.0, 240.0, 240.0, 8.0), (single["dates"], single["blocks"], blocks["dates"], blocks["blocks"]));
        Assert.Equal(single["difference_percent"], blocks["difference_percent"]);
        Assert.InRange(Width(blocks) / Width(single), 3, 8); // √30 times as wide, where dates of a block are all alike

        static DataFrameRow Row(DataFrame table) => table.Rows.Single(row => (string)row["score"] == "rmse");
        static double Width(DataFrameRow row) => (double)row["high"] - (double)row["low"];
    }

    private static AnalysisScore Score(string method, int day, double error, int members = 5, (double Area, double Rmse)? extreme = null) => new()
    {
        Network = "sparse",
        Time = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day),
        Variable = "t",
        Method = method,
        ChiSquare = 1,
        Seconds = 1,
        Desroziers = new DesroziersRatios(1, 1),
        Score = new EnsembleScore
        {
            Members = members,
            Rmse = error,
            Bias = 0,
            AnomalyCorrelation = 1,
            MeanRmse = members == 0 ? double.NaN : error,
            Spread = members == 0 ? double.NaN : 1.5,
            Crps = members == 0 ? double.NaN : error,
            Coverage50 = 0.5,
            Coverage90 = 0.9,
            ExtremeArea = extreme?.Area ?? 0,
            ExtremeRmse = extreme?.Rmse ?? double.NaN,
            ExtremeCrps = extreme?.Rmse ?? double.NaN,
        },
    };
}
