using FsCheck;
using FsCheck.Xunit;
using VaeDa.Assimilation.Residual;
using VaeDa.Fields.Grids;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Prior;

public class SpatialCorrelationTests
{
    [Theory]
    [InlineData(Smoothness.Half, 0.606530659712633)] // e^−½
    [InlineData(Smoothness.ThreeHalves, 0.7848876539574506)] // (1 + √3 / 2) e^(−√3 / 2)
    [InlineData(Smoothness.FiveHalves, 0.8286491424181253)] // (1 + √5 / 2 + 5 / 12) e^(−√5 / 2)
    public void It_is_the_Matern_function_times_what_the_nugget_leaves(Smoothness smoothness, double atHalfTheLength)
    {
        using var scope = NewDisposeScope();
        var correlation = new SpatialCorrelation { Smoothness = smoothness, Length = 1200, Nugget = 0.25 };
        Assert.Equal(0.75 * atHalfTheLength, correlation.Between(tensor([600.0])).item<double>(), 1e-9);
    }

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
        var grid = SyntheticFields.Grid(16, 32);
        var truth = new SpatialCorrelation { Smoothness = Smoothness.ThreeHalves, Length = 1500, Nugget = 0.1 };
        using var covariance = new ResidualCovariance(truth, grid, [.. Enumerable.Repeat(1f, grid.Cells)], [], []);
        // Many draws of few members: each draw has its own waves.
        var sample = cat(Enumerable.Range(0, 40).Select(i => covariance.Draw(20, Noise.Of(i)).AtCells).ToList()); // (T, N)
        var found = SpatialCorrelationFit.Of(sample, grid);
        // Smoothness, length and nugget make up for each other on cells a thousand kilometres apart: of two samples in three the fit is of 5⁄2.
        var distances = tensor([600.0, 1250, 2500, 5000]); // (4)
        Assert.True((found.Between(distances) - truth.Between(distances)).abs().max().item<double>() < 0.04);
        Assert.InRange(found.Nugget, 0.05, 0.15);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void The_fit_finds_it_where_values_are_missing(double missing)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var grid = SyntheticFields.Grid(16, 32);
        var truth = new SpatialCorrelation { Smoothness = Smoothness.ThreeHalves, Length = 1500, Nugget = 0.1 };
        using var covariance = new ResidualCovariance(truth, grid, [.. Enumerable.Repeat(1f, grid.Cells)], [], []);
        var sample = cat(Enumerable.Range(0, 40).Select(i => covariance.Draw(20, Noise.Of(i)).AtCells).ToList()); // (T, N)
        var found = SpatialCorrelationFit.Of(sample.masked_fill(rand(sample.shape, generator: generator).lt(missing), float.NaN), grid);
        // From fewer values: another smoothness may do, of a length and nugget that give the same correlations.
        var distances = tensor([600.0, 1250, 2500, 5000]); // (4)
        Assert.True((found.Between(distances) - truth.Between(distances)).abs().max().item<double>() < 0.06);
    }

    [Fact]
    public void Where_no_two_places_have_a_value_at_one_time_it_is_white()
    {
        using var scope = NewDisposeScope();
        var grid = SyntheticFields.Grid();
        var sample = full(50, grid.Cells, float.NaN); // (T, N)
        for (var t = 0; t < 50; t++)
        {
            sample[t, t * 3 % grid.Cells] = 1;
        }

        Assert.Equal(1, SpatialCorrelationFit.Of(sample, grid).Nugget);
        Assert.False(SpatialCorrelationFit.IsToldBy(sample.isfinite(), grid));
        Assert.Equal(1, SpatialCorrelationFit.Of(full(0, grid.Cells, float.NaN), grid).Nugget);
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
        using var atAll = new ResidualPatterns(randn(3, grid.Cells, generator: generator)); // (m, N)
        (ResidualPatterns, Tensor)? p = patterns ? (atAll, tensor(new double[,] { { 1, -1 }, { 0.5, 0.5 }, { 0, 2 } })) : null; // (m, n)
        using var covariance = new ResidualCovariance(correlation, grid, sigma, places, [2.0, 3.0], p);
        var draws = Enumerable.Range(0, 100).Select(i => covariance.Draw(100, Noise.Of(i))).ToList();
        var atPlaces = cat(draws.Select(d => d.AtPlaces).ToList()); // (M, n)
        var atCells = cat(draws.Select(d => d.AtCells).ToList()).to(float64); // (M, N)
        var sample = atPlaces.transpose(0, 1).matmul(atPlaces) / atPlaces.shape[0]; // (n, n)
        Assert.True((sample - covariance.BetweenPlaces()).abs().max().item<double>() < 0.4);
        var crossed = atPlaces.transpose(0, 1).matmul(atCells) / atPlaces.shape[0]; // (n, N)
        Assert.True((crossed - covariance.ToCells(eye(2, dtype: float64))).abs().max().item<double>() < 0.4);
    }

    [Theory]
    [InlineData(Smoothness.Half)]
    [InlineData(Smoothness.ThreeHalves)]
    [InlineData(Smoothness.FiveHalves)]
    public void Its_reach_is_where_it_falls_below_a_value(Smoothness smoothness)
    {
        using var scope = NewDisposeScope();
        var correlation = new SpatialCorrelation { Smoothness = smoothness, Length = 300, Nugget = 0.1 };
        var reach = correlation.Reach(1e-6);
        Assert.InRange(correlation.Between(tensor([reach])).item<double>(), 0.99e-6, 1e-6);
        Assert.Equal(EarthPoint.Diameter, (correlation with { Length = 1e5 }).Reach(1e-6), 1.0);
    }

    /// <summary>On a grid so fine that most observations are beyond the reach of most cells.</summary>
    [Fact]
    public void Weights_at_observations_come_to_the_cells_as_by_the_whole_covariance()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var random = new Random(5);
        var grid = SyntheticFields.Grid(60, 120);
        var correlation = new SpatialCorrelation { Smoothness = Smoothness.FiveHalves, Length = 200, Nugget = 0.1 };
        var sigma = Enumerable.Range(0, 2 * grid.Cells).Select(i => 1 + i % 100 / 100f).ToArray(); // (V, H, W)
        var places = Enumerable.Range(0, 3000).Select(i => new ObservationPlace(EarthPoint.At(180 * random.NextDouble() - 90, 360 * random.NextDouble()), i % 2)).ToArray();
        using var covariance = new ResidualCovariance(correlation, grid, sigma, places, [.. places.Select((_, i) => 1 + i / 3000.0)]);
        var weights = randn([3, places.Length], float64, generator: generator); // (M, n)
        var cells = EarthPoint.Of(grid);
        var here = tensor(places.Select(p => (double)p.Variable).ToArray()); // (n)
        var expected = cat([.. Enumerable.Range(0, 2).Select(v =>
        {
            var between = correlation.Between(EarthPoint.Chords(cells, [.. places.Select(p => p.Point)])); // (C, n)
            var own = tensor(sigma[(v * grid.Cells)..((v + 1) * grid.Cells)]).to(float64); // (C)
            return (weights * here.eq(v).to(float64) * tensor(places.Select((_, i) => 1 + i / 3000.0).ToArray())).matmul(between.transpose(0, 1)) * own; // (M, C)
        })], 1); // (M, V·C)
        Assert.True((covariance.ToCells(weights).to(float64) - expected).abs().max().item<double>() < 1e-5);
        Assert.True(correlation.Reach(1e-8) < 2500);
    }
}
