using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Verification.Samples;

namespace VaeDa.Tests.Verification.Samples;

public sealed class SampleStatisticsTests
{
    private const int Wave = 2;
    private static readonly Grid Grid = SyntheticFields.Grid();
    private static readonly float[] Deviation = [.. Enumerable.Repeat(2f, Grid.Cells)];

    [Fact]
    public void A_travelling_wave_correlates_with_a_point_as_the_cosine_of_its_phase()
    {
        // Phases spread evenly: the sums over them are exact.
        var statistics = Of(Fields(400, (t, _, j) => 3 * Math.Cos(Wave * Angle(j) + 2 * Math.PI * t / 400)));
        Assert.All(statistics.StandardDeviation, d => Assert.Equal(3 / Math.Sqrt(2), d, 1e-5));
        var points = SampleMoments.BasePoints(Grid);
        Assert.Equal(4, points.Distinct().Count());
        for (var p = 0; p < points.Length; p++)
        {
            for (var c = 0; c < Grid.Cells; c++)
            {
                Assert.Equal(Math.Cos(Wave * (Angle(c % Grid.Width) - Angle(points[p] % Grid.Width))), statistics.Correlations[p][c], 1e-5);
            }
        }

        for (var m = 0; m <= Grid.Width / 2; m++)
        {
            Assert.Equal(m == Wave ? 4.5 : 0, statistics.Power[3, m], 1e-5);
        }

        // A cosine's fourth moment is 3⁄8 of its amplitude's, its square's 1⁄4: kurtosis 1.5.
        Assert.Equal(-1.5, statistics.ExcessKurtosis, 1e-4);
        Assert.Equal(0, statistics.Skewness, 1e-4);
        Assert.Equal(0, statistics.BeyondThree);
    }

    [Fact]
    public void Noise_correlates_with_nothing_but_itself_and_a_skewed_one_is_found_skewed()
    {
        var random = new Random(5);
        // Exponential: skewness 2, excess kurtosis 6, mean 2 and deviation 2.
        var statistics = Of(Fields(3000, (_, _, _) => -2 * Math.Log(1 - random.NextDouble())));
        var points = SampleMoments.BasePoints(Grid);
        Assert.Equal(1, statistics.Correlations[1][points[1]], 1e-9);
        Assert.All(statistics.Correlations[1].Where((_, c) => c != points[1]), r => Assert.InRange(r, -0.09, 0.09));
        Assert.Equal(2, statistics.Skewness, 0.05);
        Assert.Equal(6, statistics.ExcessKurtosis, 0.5);
        Assert.Equal(Math.Exp(-3), statistics.BeyondThree, 0.002);
    }

    [Fact]
    public void Blocks_together_are_the_whole_and_a_cell_with_a_gap_has_no_correlation()
    {
        var random = new Random(6);
        var fields = Fields(50, (t, i, j) => t == 7 && i == 1 && j == 1 ? double.NaN : random.NextDouble());
        using var blocks = SampleMoments.Of(fields, Deviation);
        Assert.Equal(SampleMoments.Blocks, blocks.Count.shape[0]);
        using var all = blocks.Weighted([.. Enumerable.Repeat(1, SampleMoments.Blocks)]);
        Assert.Equal(Enumerable.Range(0, Grid.Cells).Select(c => c == Grid.Width + 1 ? 49.0 : 50.0), all.Count[0].data<double>().ToArray());
        var (once, twice) = (SampleStatistics.Of(blocks, 0, Grid), SampleStatistics.Of(all, 0, Grid));
        Assert.Equal(once.Skewness, twice.Skewness, 1e-12);
        Assert.All(once.StandardDeviation.Zip(twice.StandardDeviation), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(once.Correlations, map => Assert.Equal([Grid.Width + 1], Enumerable.Range(0, Grid.Cells).Where(c => double.IsNaN(map[c]))));
    }

    [Fact]
    public void Sets_of_one_climate_are_found_alike_and_others_not()
    {
        double Smooth(Random random, int j) => random.NextDouble() + Math.Cos(Angle(j));
        IFieldSet Set(int seed, double factor)
        {
            var random = new Random(seed);
            var amplitudes = Enumerable.Range(0, 600).Select(_ => SyntheticFields.Normal(random)).ToArray();
            return Fields(600, (t, i, j) => factor * (amplitudes[t] * Math.Cos(Angle(j)) + 0.3 * SyntheticFields.Normal(random)));
        }

        List<(string, SampleMoments)> sets = [("held out", Moments(1, 1)), ("like", Moments(2, 1)), ("twice", Moments(3, 2)), ("rough", SampleMoments.Of(Fields(600, (t, i, j) => Smooth(new Random(t * 1000 + i * 16 + j), 0)), Deviation))];
        SampleMoments Moments(int seed, double factor) => SampleMoments.Of(Set(seed, factor), Deviation);
        var comparison = new SampleComparison(sets, Grid, SyntheticFields.Variables(), 1);
        sets.ForEach(set => set.Item2.Dispose());
        var rows = comparison.Statistics().Rows.ToDictionary(row => (string)row["fields"]);
        Assert.Equal(["held out", "like", "twice", "rough"], rows.Keys);
        double Of(string set, string score) => (double)rows[set][score];
        Assert.Equal((1.0, 0.0), (Of("held out", "variance_ratio"), Of("held out", "correlation_rms")));
        Assert.InRange(1, Of("like", "variance_ratio_low"), Of("like", "variance_ratio_high"));
        Assert.InRange(4, Of("twice", "variance_ratio_low"), Of("twice", "variance_ratio_high"));
        Assert.InRange(Of("twice", "deviation_rms"), 0.9, 1.1);
        Assert.True(Of("like", "correlation_pattern") > 0.99);
        Assert.True(Of("like", "correlation_rms") < 0.1);
        Assert.True(Of("rough", "correlation_rms") > 0.5);
        var spectra = comparison.Spectra().Rows.Where(row => (string)row["band"] == "30N-60N").ToDictionary(row => (string)row["fields"]);
        Assert.InRange(1, (double)spectra["like"]["waves_1_3_low"], (double)spectra["like"]["waves_1_3_high"]);
        Assert.Equal(4, (double)spectra["twice"]["waves_4_8"], 0.3);
        Assert.True((double)spectra["rough"]["waves_1_3"] < 0.1);
    }

    private static double Angle(int j) => 2 * Math.PI * j / Grid.Width;

    private static SampleStatistics Of(IFieldSet fields)
    {
        using var moments = SampleMoments.Of(fields, Deviation);
        return SampleStatistics.Of(moments, 0, Grid);
    }

    private static InMemoryFields Fields(int count, Func<int, int, int, double> value) => new(Grid, SyntheticFields.Variables(), [.. Enumerable.Range(0, count)
        .Select(t => Enumerable.Range(0, Grid.Cells).Select(c => (float)value(t, c / Grid.Width, c % Grid.Width)).ToArray())]);
}
