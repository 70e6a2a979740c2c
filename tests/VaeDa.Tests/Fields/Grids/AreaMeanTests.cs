using VaeDa.Fields.Grids;

namespace VaeDa.Tests.Fields.Grids;

public class AreaMeanTests
{
    // cos 60° = ½: the poleward rows count half.
    private static readonly Grid Rows = new([60, 0, -60], [0, 90, 180, 270]);

    [Fact]
    public void Rows_count_by_the_cosine_of_their_latitude()
    {
        float[] field = [1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5];
        Assert.Equal((0.5 * 1 + 3 + 0.5 * 5) / 2, new AreaMean(Rows).Of<float>(field), 1e-6);
        Assert.Equal(Math.Sqrt((0.5 * 1 + 9 + 0.5 * 25) / 2), new AreaMean(Rows).RootMeanSquare(field), 1e-6);
    }

    [Fact]
    public void Cells_without_a_value_do_not_count()
    {
        float[] field = [float.NaN, 1, 1, 1, 3, 3, 3, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN];
        Assert.Equal((0.5 * 3 * 1 + 3 * 3) / (1.5 + 3), new AreaMean(Rows).Of<float>(field), 1e-6);
        Assert.True(double.IsNaN(new AreaMean(Rows).Of<float>([.. Enumerable.Repeat(float.NaN, 12)])));
        Assert.True(double.IsNaN(new AreaMean(Rows).RootMeanSquare([.. Enumerable.Repeat(float.NaN, 12)])));
    }

    [Fact]
    public void A_field_of_another_grid_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new AreaMean(Rows).Of<float>(new float[11]));
}
