using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Fields.Grids;
using VaeDa.Verification.Sequences;

namespace VaeDa.Tests.Verification.Sequences;

public class SequenceScoresTests
{
    private const int Members = 10;
    private const double Memory = 0.8; // correlation of errors from a day to the next

    private static readonly TimeStep Daily = TimeStep.Parse("day");
    private static readonly TimeStep Monthly = TimeStep.Parse("month");
    private static readonly Grid Grid = SyntheticFields.Grid(8, 16);
    private static readonly DateTime Start = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Histories_with_the_memory_of_the_errors_are_calibrated_in_means_changes_and_extremes()
    {
        var table = Year(Memory).ToDataFrame();
        foreach (var quantity in SequenceScores.Quantities)
        {
            var row = Row(table, quantity, SequenceScores.Cells);
            var (ratio, error) = ((double)row["spread_skill"], (double)row["spread_skill_se"]);
            Assert.InRange(error, 0.001, 0.06);
            Assert.InRange(ratio, 1 - 4 * error, 1 + 4 * error);
            Assert.Equal(0.5, (double)row["coverage_50"], 0.03);
            Assert.Equal(0.9, (double)row["coverage_90"], 0.02);
        }

        Assert.Equal((365.0, 364.0, 12.0, 12.0), (Times("value"), Times("change"), Times("mean"), Times("largest")));
        // 365 days of a hemisphere, in effect some forty independent ones.
        Assert.Equal(1, (double)Row(table, "value", "north")["spread_skill"], 0.3);

        double Times(string quantity) => (double)Row(table, quantity, "globe")["times"];
    }

    [Fact]
    public void Members_independent_from_day_to_day_are_too_sure_of_means_and_unsure_of_changes()
    {
        var table = Year(0).ToDataFrame();
        Assert.Equal(1, Ratio("value"), 0.03);
        // Var of the mean of n values with correlation φᵏ at lag k is σ² / n · (1 + 2 Σ (1 − k / n) φᵏ); of members σ² / n.
        Assert.Equal(Expected(MeanOf(30)), Ratio("mean"), 0.03);
        // Var of a change is 2 σ² (1 − φ); of members 2 σ².
        Assert.Equal(Expected(1 - Memory), Ratio("change"), 0.05);
        Assert.True((double)Row(table, "mean", SequenceScores.Cells)["coverage_50"] < 0.3);
        Assert.True((double)Row(table, "change", SequenceScores.Cells)["coverage_50"] > 0.7);
        Assert.Equal(Expected(MeanOf(30)), (double)Row(table, "mean", "globe")["spread_skill"], 0.2);

        double Ratio(string quantity) => (double)Row(table, quantity, SequenceScores.Cells)["spread_skill"];

        // Of the truth's variance in units of the members'; the mean of M members errs by one M-th of theirs as well.
        static double Expected(double variance) => Math.Sqrt((1 + 1.0 / Members) / (variance + 1.0 / Members));

        static double MeanOf(int n) => 1 + 2 * Enumerable.Range(1, n - 1).Sum(k => (1 - (double)k / n) * Math.Pow(Memory, k));
    }

    [Fact]
    public void Scores_of_a_year_of_months_are_those_computed_by_hand()
    {
        // Truth m in month m = 1…12; the most probable field is 1 too high; two members 1 and 3 too high in even months, 3 and 1 in odd.
        var scores = new SequenceScores(Grid, Monthly);
        for (var month = 1; month <= 12; month++)
        {
            var (first, second) = month % 2 == 0 ? (1, 3) : (3, 1);
            scores.Add("net", "x", "vae", Start.AddMonths(month - 1), Flat(month), Flat(month + 1), [Flat(month + first), Flat(month + second)]);
        }

        scores.Finish();
        var table = scores.ToDataFrame();
        var value = Row(table, "value", "globe");
        Assert.Equal((12.0, 1.0, 2.0), ((double)value["rmse"] * 12, (double)value["blocks"], (double)value["mean_rmse"]));
        Assert.Equal(Math.Sqrt(2), (double)value["spread"], 1e-6);
        Assert.Equal(Math.Sqrt(3) / 2, (double)value["spread_skill"], 1e-6);
        Assert.True(double.IsNaN((double)value["spread_skill_se"]));
        // Members are 2 too high in the mean of the year: no spread at all. Changes: 1 in truth, 1 ± 2 in the members.
        Assert.Equal((1.0, 0.0, 2.0), ((double)Row(table, "mean", "cells")["times"], (double)Row(table, "mean", "cells")["spread"], (double)Row(table, "mean", "cells")["mean_rmse"]));
        Assert.Equal((0.0, 11.0), ((double)Row(table, "change", "cells")["mean_rmse"], (double)Row(table, "change", "cells")["times"]));
        Assert.Equal(Math.Sqrt(8), (double)Row(table, "change", "cells")["spread"], 1e-6);
        // The largest of the members: 14 (in November) and 15 (in December), of the truth 12.
        Assert.Equal((2.5, Math.Sqrt(0.5)), ((double)Row(table, "largest", "cells")["mean_rmse"], (double)Row(table, "largest", "cells")["spread"]), Near);
        var ranks = scores.Ranks().Single(r => (r.Quantity, r.Area) == ("value", "globe")).Ranks;
        Assert.Equal([12.0, 0, 0], ranks.Counts);
    }

    [Fact]
    public void A_cell_without_a_value_on_one_date_has_no_mean_and_counts_in_no_member()
    {
        // One cell of the globe lacks a value in June; there the members are far off.
        var scores = new SequenceScores(Grid, Monthly);
        for (var month = 1; month <= 12; month++)
        {
            var (truth, one, other) = (Flat(0), Flat(1), Flat(-1));
            (truth[0], one[0], other[0]) = (month == 6 ? float.NaN : 0, 100, 200);
            scores.Add("net", "x", "vae", Start.AddMonths(month - 1), truth, Flat(0), [one, other]);
        }

        scores.Finish();
        var table = scores.ToDataFrame();
        Assert.Equal(0, (double)Row(table, "mean", "cells")["mean_rmse"]);
        var weight = Grid.AreaWeights()[0] / Grid.AreaWeights().Sum(w => (double)w);
        Assert.Equal(Math.Sqrt(11 / 12.0) * 150 * weight, (double)Row(table, "value", "globe")["mean_rmse"], 1e-4);
    }

    [Fact]
    public void A_month_that_is_not_whole_is_named_and_has_no_mean()
    {
        var scores = new SequenceScores(Grid, Daily);
        // From 20 January to 10 March, 3 to 5 February missing.
        foreach (var day in Enumerable.Range(19, 50).Where(d => d is < 33 or > 35))
        {
            scores.Add("net", "x", "nearest", Start.AddDays(day), Flat(day), Flat(day), []);
        }

        scores.Finish();
        Assert.Equal([("net", "2001-01", 12, 31), ("net", "2001-02", 25, 28), ("net", "2001-03", 10, 31)], scores.Partial("nearest"));
        var table = scores.ToDataFrame();
        Assert.Equal(["value", "change"], table.Rows.Select(row => (string)row["quantity"]).Distinct());
        Assert.Equal(45.0, Row(table, "change", "cells", "nearest")["times"]);
        Assert.Equal((0.0, true), ((double)Row(table, "change", "cells", "nearest")["rmse"], double.IsNaN((double)Row(table, "change", "cells", "nearest")["spread"])));
        Assert.Empty(scores.Ranks());
    }

    // Errors of the truth follow each other with Memory, those of members with their own; both have standard deviation 1 on each day.
    private static SequenceScores Year(double memoryOfMembers)
    {
        var (random, scores) = (new Random(4), new SequenceScores(Grid, Daily));
        var errors = Enumerable.Range(0, Members + 1).Select(_ => Draw(random)).ToList();
        for (var day = 0; day < 365; day++)
        {
            if (day > 0)
            {
                errors = [.. errors.Select((error, i) => Next(error, i == 0 ? Memory : memoryOfMembers, random))];
            }

            var centre = Draw(random);
            var fields = errors.ConvertAll(error => error.Zip(centre, (e, c) => e + 5 * c).ToArray());
            scores.Add("net", "x", "vae", Start.AddDays(day), fields[0], Array.ConvertAll(centre, c => 5 * c), fields[1..]);
        }

        scores.Finish();
        return scores;
    }

    private static float[] Draw(Random random) => [.. Enumerable.Range(0, Grid.Cells).Select(_ => (float)SyntheticFields.Normal(random))];

    private static float[] Next(float[] error, double memory, Random random) =>
        [.. error.Select(e => (float)(memory * e + Math.Sqrt(1 - memory * memory) * SyntheticFields.Normal(random)))];

    private static float[] Flat(double value) => [.. Enumerable.Repeat((float)value, Grid.Cells)];

    private static bool Near((double A, double B) x, (double A, double B) y) => Math.Abs(x.A - y.A) + Math.Abs(x.B - y.B) < 1e-6;

    private static DataFrameRow Row(DataFrame table, string quantity, string area, string method = "vae") =>
        table.Rows.Single(row => ((string)row["quantity"], (string)row["area"], (string)row["method"]) == (quantity, area, method));
}
