using VaeDa.Verification.Sequences;

namespace VaeDa.Tests.Verification.Sequences;

public class BlockSumsTests
{
    [Fact]
    public void The_jackknife_of_a_mean_is_its_standard_error()
    {
        double[] values = [3, 1, 4, 1, 5, 9, 2];
        var mean = values.Average();
        var expected = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
        Assert.Equal(expected, BlockSums.StandardError([.. values.Select(v => new BlockSums { Weight = 2, Inside50 = 2 * v })], s => s.Coverage50), 1e-12);
    }

    [Fact]
    public void From_too_few_blocks_no_standard_error_is_given()
    {
        static BlockSums[] Blocks(int count) => [.. Enumerable.Range(1, count).Select(i => new BlockSums { Weight = 1, Inside90 = i })];
        Assert.True(double.IsNaN(BlockSums.StandardError(Blocks(SequenceScores.FewestBlocks - 1), s => s.Coverage90)));
        Assert.True(BlockSums.StandardError(Blocks(SequenceScores.FewestBlocks), s => s.Coverage90) > 0);
    }
}
