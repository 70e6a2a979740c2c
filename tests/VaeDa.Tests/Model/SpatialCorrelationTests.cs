using FsCheck;
using FsCheck.Xunit;
using TorchSharp;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

public class SpatialCorrelationTests
{
    [Property(MaxTest = 30)]
    public void It_is_positive_definite_for_any_places(int seed, PositiveInt length, byte kind)
    {
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        var places = Enumerable.Range(0, 25).Select(_ => EarthPoint.At(random.NextDouble() * 180 - 90, random.NextDouble() * 360)).ToArray();
        var correlation = new SpatialCorrelation { Smoothness = (Smoothness)(kind % 3), Length = 100 + 20 * (length.Get % 200), Nugget = 0 };
        var matrix = correlation.Between(EarthPoint.Chords(places, places));
        Assert.True(linalg.eigvalsh(matrix).min().item<double>() > -1e-6);
        Assert.True(matrix.max().item<double>() <= 1 + 1e-9);
    }

    [Fact]
    public void The_fit_finds_the_correlation_that_fields_were_drawn_from()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var grid = SyntheticFields.Grid(16, 32);
        var truth = new SpatialCorrelation { Smoothness = Smoothness.ThreeHalves, Length = 1500, Nugget = 0.1 };
        using var covariance = new ResidualCovariance(truth, grid, [.. Enumerable.Repeat(1f, grid.Cells)], [], []);
        // Many draws of few members: each draw has its own waves.
        var sample = cat(Enumerable.Range(0, 40).Select(_ => covariance.Draw(20, generator).AtCells).ToList()); // (T, N)
        var found = SpatialCorrelationFit.Of(sample, grid);
        Assert.Equal(Smoothness.ThreeHalves, found.Smoothness);
        Assert.InRange(found.Length, 1200, 1900);
        Assert.Equal(0.1, found.Nugget);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Draws_have_the_covariance_at_cells_and_at_observations(bool patterns)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var grid = SyntheticFields.Grid();
        var correlation = new SpatialCorrelation { Smoothness = Smoothness.Half, Length = 3000, Nugget = 0.2 };
        var sigma = Enumerable.Range(0, grid.Cells).Select(i => 1 + i / 100f).ToArray();
        ObservationPlace[] places = [new(EarthPoint.At(10, 20), 0), new(EarthPoint.At(15, 40), 0)];
        using var atAll = new ErrorPatterns(randn(3, grid.Cells, generator: generator)); // (m, N)
        (ErrorPatterns, Tensor)? p = patterns ? (atAll, tensor(new double[,] { { 1, -1 }, { 0.5, 0.5 }, { 0, 2 } })) : null; // (m, n)
        using var covariance = new ResidualCovariance(correlation, grid, sigma, places, [2.0, 3.0], p);
        var draws = Enumerable.Range(0, 100).Select(_ => covariance.Draw(100, generator)).ToList();
        var atPlaces = cat(draws.Select(d => d.AtPlaces).ToList()); // (M, n)
        var atCells = cat(draws.Select(d => d.AtCells).ToList()).to(float64); // (M, N)
        var sample = atPlaces.transpose(0, 1).matmul(atPlaces) / atPlaces.shape[0]; // (n, n)
        Assert.True((sample - covariance.BetweenPlaces()).abs().max().item<double>() < 0.4);
        var crossed = atPlaces.transpose(0, 1).matmul(atCells) / atPlaces.shape[0]; // (n, N)
        Assert.True((crossed - covariance.ToCells(eye(2, dtype: float64))).abs().max().item<double>() < 0.4);
    }
}
