using VaeDa.Assimilation.Residual;
using VaeDa.Fields.Grids;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Residual;

public sealed class ResidualCovarianceTests
{
    // 2 K and 500 Pa.
    private static readonly double[] Sigma = [2, 500];

    [Fact]
    public void Variables_share_their_patterns_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        var grid = SyntheticFields.Grid();
        var correlation = new SpatialCorrelation { Smoothness = Smoothness.Half, Length = 1500, Nugget = 0.2 };
        // Of both variables at one place, and again some way east.
        var (here, there) = (EarthPoint.At(grid.Latitudes[2], grid.Longitudes[3]), EarthPoint.At(grid.Latitudes[2], grid.Longitudes[4]));
        ObservationPlace[] places = [new(here, 0), new(here, 1), new(there, 0), new(there, 1)];
        float[] deviation = [.. Enumerable.Range(0, 2 * grid.Cells).Select(i => (float)Sigma[i / grid.Cells])];
        var rho = 0.8 * Math.Exp(-here.Chord(there) / 1500);
        double[,] own = { { 1, 0, rho, 0 }, { 0, 1, 0, rho }, { rho, 0, 1, 0 }, { 0, rho, 0, 1 } };
        double[] pattern = [0.5, -100, 0.25, 50];
        foreach (var patterns in new[] { false, true })
        {
            var field = zeros(1, 2 * grid.Cells); // (m, N)
            using var residual = new ResidualCovariance(
                correlation, grid, deviation, places, [.. places.Select(p => Sigma[p.Variable])], patterns ? (new ResidualPatterns(field), tensor(pattern).unsqueeze(0)) : null);
            var between = residual.BetweenPlaces(); // (n, n)
            for (var i = 0; i < 4; i++)
            {
                for (var j = 0; j < 4; j++)
                {
                    var expected = Sigma[i % 2] * Sigma[j % 2] * own[i, j] + (patterns ? pattern[i] * pattern[j] : 0);
                    Assert.Equal(expected, between[i, j].item<double>(), 1e-9 * Sigma[i % 2] * Sigma[j % 2]);
                }
            }

            // A weight on the temperature alone moves no pressure, but by patterns, which here are 0 at the cells.
            var cells = residual.ToCells(tensor(new[,] { { 1.0, 0, 0, 0 } })).squeeze(0); // (N)
            Assert.Equal(Sigma[0] * Sigma[0] * 0.8, cells[2 * grid.Width + 3].item<float>(), 1e-5);
            Assert.Equal(0, cells.narrow(0, grid.Cells, grid.Cells).abs().max().item<float>());
        }
    }
}
