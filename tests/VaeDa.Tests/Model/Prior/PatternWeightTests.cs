using VaeDa.Assimilation.Residual;
using VaeDa.Fields.Grids;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Prior;

public sealed class PatternWeightTests
{
    private static readonly SpatialCorrelation Rest = new() { Smoothness = Smoothness.ThreeHalves, Length = 1500, Nugget = 0.1 };

    [Fact]
    public void Patterns_that_the_fields_were_drawn_from_keep_their_variance()
    {
        using var scope = NewDisposeScope();
        var grid = SyntheticFields.Grid(16, 32);
        using var generator = new Generator(1);
        var p = randn(6, grid.Cells, generator: generator) * 0.5; // (m, N)
        var residuals = Draw(p, grid, sample: 1); // (S, N)
        var error = (1 + p.square().sum([0])).sqrt(); // (N)
        Assert.InRange(PatternWeight.Of(residuals, p, error, Rest, grid), 0.95, 1);
    }

    [Fact]
    public void Patterns_of_a_small_sample_lose_variance()
    {
        using var scope = NewDisposeScope();
        var grid = SyntheticFields.Grid(16, 32);
        var none = zeros(0, grid.Cells); // (0, N)
        // A sample covariance of 30 fields that have no patterns at all, of nine tenths of their variance.
        var p = Draw(none, grid, sample: 2).narrow(0, 0, 30) * Math.Sqrt(0.9 / 30); // (m, N)
        Assert.InRange(PatternWeight.Of(Draw(none, grid, sample: 3), p, ones(grid.Cells), Rest, grid), 0.5, 0.7);
    }

    [Fact]
    public void Gaps_at_random_leave_the_weight_as_it_is()
    {
        using var scope = NewDisposeScope();
        var grid = SyntheticFields.Grid(16, 32);
        using var generator = new Generator(1);
        var own = randn(6, grid.Cells, generator: generator) * 0.5; // (m, N)
        var none = zeros(0, grid.Cells); // (0, N)
        var foreign = Draw(none, grid, sample: 4).narrow(0, 0, 30) * Math.Sqrt(0.9 / 30); // (m, N)
        Assert.InRange(PatternWeight.Of(WithGaps(Draw(own, grid, sample: 5)), own, (1 + own.square().sum([0])).sqrt(), Rest, grid), 0.95, 1);
        Assert.InRange(PatternWeight.Of(WithGaps(Draw(none, grid, sample: 6)), foreign, ones(grid.Cells), Rest, grid), 0.5, 0.7);
        Assert.Equal(1, PatternWeight.Of(full(20, grid.Cells, float.NaN), foreign, ones(grid.Cells), Rest, grid));

        Tensor WithGaps(Tensor fields) => fields.masked_fill(rand(fields.shape, generator: generator).lt(0.3), float.NaN);
    }

    /// <summary>Fields of unit variance correlated with distance, and the patterns with random amplitudes.</summary>
    /// <returns>(S, N)</returns>
    private static Tensor Draw(Tensor p, Grid grid, int sample)
    {
        using var patterns = new ResidualPatterns(p.alias());
        using var covariance = new ResidualCovariance(Rest, grid, [.. Enumerable.Repeat(1f, grid.Cells)], [], [], (patterns, zeros([p.shape[0], 0], float64)));
        // Many draws of few: each draw has its own waves.
        return cat(Enumerable.Range(0, 60).Select(i => covariance.Draw(10, Noise.Of(sample).For((ulong)i)).AtCells).ToList());
    }
}
