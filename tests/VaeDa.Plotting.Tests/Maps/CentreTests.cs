using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Maps;

public sealed class CentreTests
{
    [Fact]
    public void A_hill_and_a_hollow_are_found_where_they_are()
    {
        var centres = Centre.Of(Field((20, 15, 9), (30, 60, -7)), reach: 12, least: 2);
        Assert.Equal([(20, 15, true), (30, 60, false)], centres.Select(centre => (centre.Row, centre.Column, centre.IsHigh)).Order());
        Assert.Equal([-7, 9], centres.Select(centre => Math.Round(centre.Value)).Order());
    }

    [Fact]
    public void Neither_a_ripple_nor_a_slope_that_ends_at_the_edge_is_a_centre()
    {
        Assert.Empty(Centre.Of(Field((20, 15, 1)), reach: 12, least: 2));
        Assert.Empty(Centre.Of(Field((20, 79, 9)), reach: 12, least: 2));
        Assert.Empty(Centre.Of(new double[30, 30], reach: 5, least: 0.5));
    }

    [Fact]
    public void Missing_values_hide_no_centre_beside_them()
    {
        var field = Field((20, 15, 9));
        field[20, 18] = double.NaN;
        Assert.Equal((20, 15), Centre.Of(field, reach: 12, least: 2).Select(centre => (centre.Row, centre.Column)).Single());
    }

    private static double[,] Field(params (int Row, int Column, double Height)[] hills)
    {
        var field = new double[50, 80];
        foreach (var (row, column, height) in hills)
        {
            for (var r = 0; r < 50; r++)
            {
                for (var c = 0; c < 80; c++)
                {
                    field[r, c] += height * Math.Exp(-((r - row) * (r - row) + (c - column) * (c - column)) / 50.0);
                }
            }
        }

        return field;
    }
}
