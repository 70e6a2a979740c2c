using FsCheck.Xunit;
using VaeDa.Plotting.Contours;

namespace VaeDa.Plotting.Tests.Contours;

public sealed class MarchingSquaresTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(37.3)]
    public void A_cone_has_one_closed_circle_of_its_radius_and_length(double radius)
    {
        var line = Assert.Single(MarchingSquares.Lines(Raster(101, 101, (r, c) => Distance(r - 50, c - 50)), radius));
        Assert.True(line.IsClosed);
        Assert.All(line.Points, point => Assert.Equal(radius, Distance(point.Row - 50, point.Column - 50), 1 / (8 * radius)));
        var length = line.Points.Zip(line.Points.Skip(1).Append(line.Points[0]), (a, b) => Distance(a.Row - b.Row, a.Column - b.Column)).Sum();
        Assert.Equal(2 * Math.PI * radius, length, 0.005 * radius);
    }

    [Fact]
    public void A_plane_has_a_straight_open_line_from_edge_to_edge()
    {
        var line = Assert.Single(MarchingSquares.Lines(Raster(20, 30, (r, c) => 2 * c + r), 31.5));
        Assert.False(line.IsClosed);
        Assert.All(line.Points, point => Assert.Equal(31.5, 2 * point.Column + point.Row, 9));
        Assert.Equal([0, 19], new[] { line.Points[0].Row, line.Points[^1].Row }.Order());
    }

    [Fact]
    public void At_a_saddle_the_mean_says_which_corners_belong_together()
    {
        // High at the upper left and lower right; the middle is above in the first, below in the second.
        foreach (var (corner, isRidge) in new[] { (3, true), (1.5, false) })
        {
            double[,] saddle = { { corner, 0 }, { 0, corner } };
            var lines = MarchingSquares.Lines(saddle, 1);
            Assert.Equal(2, lines.Count);
            // Where the middle is high, each line cuts off a low corner: the upper right or the lower left.
            Assert.All(lines, line => Assert.Equal(isRidge, line.Points.Average(point => point.Row + 1 - point.Column) is < 0.6 or > 1.4));
        }
    }

    [Fact]
    public void A_ring_round_a_hole_is_open_and_keeps_away_from_it()
    {
        var raster = Raster(41, 41, (r, c) => Math.Abs(r - 20) < 4 && c > 24 ? double.NaN : Distance(r - 20, c - 20));
        var line = Assert.Single(MarchingSquares.Lines(raster, 10));
        Assert.False(line.IsClosed);
        Assert.DoesNotContain(line.Points, point => Math.Abs(point.Row - 20) < 4 && point.Column > 24);
        Assert.Equal(2, new[] { line.Points[0], line.Points[^1] }.Count(end => Math.Abs(end.Row - 20) <= 4 + 1e-9));
    }

    [Fact]
    public void Fields_that_do_not_reach_a_level_have_no_line()
    {
        Assert.Empty(MarchingSquares.Lines(Raster(5, 5, (_, _) => 1), 2));
        Assert.Empty(MarchingSquares.Lines(Raster(5, 5, (_, _) => 2), 2));
        Assert.Empty(MarchingSquares.Lines(Raster(5, 5, (_, _) => double.NaN), 2));
    }

    [Property]
    public void Each_crossing_of_a_whole_square_is_on_one_line_once(int seed)
    {
        var random = new Random(seed);
        var raster = Raster(9, 12, (_, _) => random.Next(12) == 0 ? double.NaN : random.Next(5));
        const double Level = 2.5;
        bool Whole(int r, int c) => r >= 0 && c >= 0 && r < 8 && c < 11 && !double.IsNaN(raster[r, c] + raster[r, c + 1] + raster[r + 1, c] + raster[r + 1, c + 1]);
        var across = from r in Enumerable.Range(0, 9)
                     from c in Enumerable.Range(0, 11)
                     where (Whole(r, c) || Whole(r - 1, c)) && raster[r, c] >= Level != raster[r, c + 1] >= Level
                     select ((double)r, c + (Level - raster[r, c]) / (raster[r, c + 1] - raster[r, c]));
        var down = from r in Enumerable.Range(0, 8)
                   from c in Enumerable.Range(0, 12)
                   where (Whole(r, c) || Whole(r, c - 1)) && raster[r, c] >= Level != raster[r + 1, c] >= Level
                   select (r + (Level - raster[r, c]) / (raster[r + 1, c] - raster[r, c]), (double)c);
        var lines = MarchingSquares.Lines(raster, Level);
        Assert.Equal(across.Concat(down).Order(), lines.SelectMany(line => line.Points).Order());
        Assert.All(lines, line => Assert.True(line.Points.Count >= 2));
        // From point to point never out of a square.
        Assert.All(lines, line => Assert.All(line.Points.Zip(line.Points.Skip(1)), step => Assert.True(Distance(step.First.Row - step.Second.Row, step.First.Column - step.Second.Column) <= Math.Sqrt(2))));
    }

    private static double Distance(double a, double b) => Math.Sqrt(a * a + b * b);

    private static double[,] Raster(int rows, int columns, Func<int, int, double> value)
    {
        var raster = new double[rows, columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                raster[r, c] = value(r, c);
            }
        }

        return raster;
    }
}
