using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification;

public class SpreadSkillTests
{
    [Fact]
    public void Bins_gather_cells_by_spread_and_weigh_them_by_area()
    {
        // Members −s and s: variance 2 s², times 3/2 for two members.
        var ensemble = new EnsembleAgainstTruth([1, 2, 0, float.NaN], new float[4], [[-1, -1.1f, -4, 0], [1, 1.1f, 4, 9]]);
        var bins = new SpreadSkillBins();
        bins.Add(ensemble, [1, 3, 4, 7]);
        Assert.Equal(2, bins.Bins.Count);
        Assert.Equal((0.5, 0.5), (bins.Bins[0].Share, bins.Bins[1].Share));
        Assert.Equal(Math.Sqrt((1 * 3 + 3 * 3 * 1.1 * 1.1) / 4), bins.Bins[0].Spread, 1e-6);
        Assert.Equal(Math.Sqrt((1 * 1 + 3 * 4) / 4.0), bins.Bins[0].Error, 1e-6);
        Assert.Equal(Math.Sqrt(48), bins.Bins[1].Spread, 1e-6);
        Assert.Equal(0, bins.Bins[1].Error, 1e-6);

        var places = new PlaceErrors(4);
        places.Add(ensemble);
        places.Add(new EnsembleAgainstTruth([3, float.NaN, 0, float.NaN], new float[4], [[-1, -1, 0, 0], [1, 1, 0, 9]]));
        Assert.Equal(Math.Sqrt(3), places.Spread[0], 1e-6);
        Assert.Equal(Math.Sqrt((1 + 9) / 2.0), places.Error[0], 1e-6);
        Assert.Equal(2, places.Error[1], 1e-6);
        Assert.Equal(Math.Sqrt(24), places.Spread[2], 1e-6);
        Assert.True(float.IsNaN(places.Spread[3]) && float.IsNaN(places.Error[3]));
    }

    [Fact]
    public void An_ensemble_that_knows_where_it_errs_has_its_error_in_each_bin()
    {
        // Six classes of cells, a factor of 2 apart; spreads of 40 members scatter by 11% within them.
        static double Deviation(int x) => Math.Pow(2, x % 6);
        var bins = new SpreadSkillBins();
        bins.Add(SyntheticEnsemble.Draw(new Random(2), 60000, 40, Deviation, Deviation), SyntheticEnsemble.Ones(60000));
        var full = bins.Bins.Where(b => b.Share > 0.05).ToList();
        Assert.True(full.Count >= 6);
        Assert.All(full, bin => Assert.InRange(bin.Error / bin.Spread, 0.85, 1.15));
        Assert.True(full[^1].Error > 20 * full[0].Error);
    }
}
