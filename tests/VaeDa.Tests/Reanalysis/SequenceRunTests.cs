using VaeDa.Files;
using VaeDa.Files.Netcdf;
using VaeDa.Observations;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Tests.Reanalysis;

/// <summary>A reanalysis whose dates know of each other.</summary>
[Collection(nameof(OneThread))]
public sealed class SequenceRunTests(RememberingDates dates) : IClassFixture<RememberingDates>, IDisposable
{
    private static readonly ReanalysisOptions Usual = new() { Assimilation = new() { Members = 4 }, Ahead = 2 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The fourth and the sixth date have none: the thirtieth of January, and the first of February.
    private IObservationSequence WithGaps => new ObservationsInMemory([.. dates.Tables.Where((_, i) => i is not 3 and not 5)]);

    [Theory]
    [InlineData(MemoryUse.Smoother)]
    [InlineData(MemoryUse.Filter)]
    public void Interruptions_shares_and_workers_change_no_byte(MemoryUse memory)
    {
        var options = Usual with { Memory = memory };
        Run("whole", options);
        var right = ManyDates.Contents(_folder.File("whole"));
        foreach (var after in new[] { 2, 3, 1 })
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => dates.Run(_folder.File("interrupted"), options, WithGaps, p => Cancel(p, after, source), source.Token));
            Assert.DoesNotContain("dates.parquet", ManyDates.Contents(_folder.File("interrupted")).Keys);
        }

        Assert.NotNull(Run("interrupted", options));
        Assert.Equal(right, ManyDates.Contents(_folder.File("interrupted")));

        Assert.Null(Run("shared", options with { Shard = new Shard(2, 2) }));
        Assert.NotNull(Run("shared", options with { Shard = new Shard(1, 2) }));
        Assert.Equal(right, ManyDates.Contents(_folder.File("shared")));

        Run("workers", options with { Workers = 3 });
        Assert.Equal(right, ManyDates.Contents(_folder.File("workers")));

        static void Cancel(ReanalysisProgress progress, int after, CancellationTokenSource source)
        {
            if (progress.Done == after)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public void Dates_without_observations_and_those_ahead_have_analyses()
    {
        var summary = Run("out", Usual)!;
        Assert.Equal((6, 6, 4, 0), (summary.Dates, summary.Done, summary.Unobserved, summary.Without));
        Assert.Empty(summary.Failures);
        Assert.True(double.IsFinite(summary.ChiSquare));
        var table = DataFrameFile.Read(_folder.File("out/dates.parquet"));
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => ManyDates.First.AddDays(i))], Enumerable.Range(0, 10).Select(i => (DateTime)table["time"][i]));
        Assert.Equal([60, 60, 60, 0, 60, 0, 60, 60, 0, 0], Enumerable.Range(0, 10).Select(i => (int)table["observations"][i]));
        // Between dates that are observed something is known; ahead of them less from step to step, and never more than the prior knows.
        var spread = Enumerable.Range(0, 10).Select(i => (double)table["x0_spread"][i]).ToArray();
        Assert.True(spread[4] < spread[3] && spread[6] < spread[5] && spread[7] < spread[8] && spread[8] < spread[9], string.Join(' ', spread));
        using var file = NetcdfDataset.Open(_folder.File("out/2001-02.nc"));
        Assert.All(file.ReadAll(file.Find("x1_mean")!), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void The_filter_knows_nothing_of_what_comes_after()
    {
        var options = Usual with { Memory = MemoryUse.Filter, Ahead = 0 };
        dates.Run(_folder.File("whole"), options);
        dates.Run(_folder.File("cut"), options, new ObservationsInMemory([.. dates.Tables.Take(7)]));
        var (whole, cut) = (Means("whole"), Means("cut"));
        Assert.Equal((8, 7), (whole.Length, cut.Length));
        Assert.All(cut.Zip(whole), pair => Assert.Equal(pair.Second, pair.First));
    }

    [Fact]
    public void A_date_whose_observations_cannot_be_used_says_nothing_of_the_others()
    {
        var tables = dates.Tables.ToArray();
        tables[1] = new ObservationTable(tables[1].Observations.Select(o => o with { Variable = "other" }));
        var failure = Assert.Single(dates.Run(_folder.File("bad"), Usual, new ObservationsInMemory(tables))!.Failures);
        Assert.Equal(ManyDates.First.AddDays(1), failure.Time);
        Assert.Contains("none of the 60 observations can be used", failure.Reason);
        dates.Run(_folder.File("without"), Usual, new ObservationsInMemory([.. dates.Tables.Where((_, i) => i != 1)]));
        AssertSameButFor(1, "without", "bad");
    }

    [Fact]
    public void A_date_that_fails_says_nothing_of_the_others()
    {
        // Observations that contradict each other, so that a quarter and more are outliers and the others fit badly.
        var (tables, random) = (dates.Tables.ToArray(), new Random(1));
        tables[1] = new ObservationTable(tables[1].Observations.Select(o => o with { Anomaly = o.Anomaly + 8 * o.Error!.Value * SyntheticFields.Normal(random) }));
        var failure = Assert.Single(dates.Run(_folder.File("bad"), Usual, new ObservationsInMemory(tables))!.Failures);
        Assert.Equal(ManyDates.First.AddDays(1), failure.Time);
        dates.Run(_folder.File("without"), Usual, new ObservationsInMemory([.. dates.Tables.Where((_, i) => i != 1)]));
        AssertSameButFor(1, "without", "bad");
    }

    private ReanalysisSummary? Run(string name, ReanalysisOptions options) => dates.Run(_folder.File(name), options, WithGaps);

    private void AssertSameButFor(int date, string expected, string found)
    {
        var (right, other) = (Means(expected), Means(found));
        Assert.Equal(right.Length, other.Length);
        Assert.All(right.Zip(other).Index(), d => Assert.Equal(d.Index != date, d.Item.First.SequenceEqual(d.Item.Second)));

    }

    private double[][] Means(string name) => [.. new[] { "2001-01", "2001-02" }.SelectMany(block =>
    {
        using var file = NetcdfDataset.Open(_folder.File($"{name}/{block}.nc"));
        return file.ReadAll(file.Find("x0_mean")!).Chunk(dates.Model.Grid.Cells).ToArray();
    })];
}
