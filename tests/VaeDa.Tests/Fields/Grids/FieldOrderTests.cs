using FsCheck.Xunit;
using VaeDa.Fields.Grids;

namespace VaeDa.Tests.Fields.Grids;

public class FieldOrderTests
{
    /// <summary>Each convention, either direction, as it lies or sorted: the same columns in the same order, each with its own values.</summary>
    [Property(MaxTest = 500)]
    public void A_region_is_itself_in_any_convention_and_order(ushort start, byte size, byte conventions, byte fineness)
    {
        var spacing = new[] { 0.5, 1.25, 5 }[fineness % 3];
        var most = (int)(360 / spacing) - 3;
        var columns = 2 + size * (most - 2) / 255;
        var first = Math.Round(start * 360 / 65536.0 / 0.25) * 0.25;
        double[] truth = [.. Enumerable.Range(0, columns).Select(j => first + spacing * j)];
        double[] wrapped = Array.ConvertAll(truth, x => conventions % 2 == 0 ? (x + 180) % 360 - 180 : x % 360);
        var file = (conventions / 2 % 3) switch
        {
            0 => wrapped,
            1 => [.. wrapped.Order()],
            _ => [.. wrapped.OrderDescending()],
        };
        var order = FieldOrder.Of([10, 20], file);
        Assert.Equal(truth.Length, order.Grid.Width);
        Assert.False(order.Grid.IsPeriodic);
        Assert.All(order.Grid.X, (x, j) => Assert.Equal(0, Math.IEEERemainder(x - truth[j], 360), 1e-9));

        // The southern row holds the longitudes in 0…360, the northern one those and 1,000.
        var field = new float[2 * columns];
        order.Apply([.. file.Select(x => (float)((x + 360) % 360)), .. file.Select(x => 1000 + (float)((x + 360) % 360))], field);
        Assert.Equal([.. truth.Select(x => 1000 + (float)(x % 360)), .. truth.Select(x => (float)(x % 360))], field);
    }

    [Property]
    public void A_whole_circle_stays_one_wherever_it_starts(byte start, bool isEastern, bool isDescending)
    {
        double[] truth = [.. Enumerable.Range(0, 72).Select(j => (start % 72 + j) % 72 * 5.0)];
        double[] file = Array.ConvertAll(truth, x => isEastern && x >= 180 ? x - 360 : x);
        file = isDescending ? [.. file.Reverse()] : file;
        var order = FieldOrder.Of([10, 20], file);
        Assert.True(order.Grid.IsPeriodic);
        var field = new float[2 * 72];
        order.Apply([.. file.Concat(file).Select(x => (float)((x + 360) % 360))], field);
        Assert.Equal([.. order.Grid.X.Concat(order.Grid.X).Select(x => (float)((x + 360) % 360))], field);
    }

    [Property]
    public void A_circle_that_ends_with_its_first_column_again_has_that_column_once(byte start, bool isEastern, bool isDescending, bool isTurned)
    {
        double[] circle = [.. Enumerable.Range(0, 72).Select(j => (start % 72 + j) % 72 * 5.0 - (isEastern ? 180 : 0))];
        double[] file = [.. circle, circle[0] + (isTurned ? 360 : 0)];
        file = isDescending ? [.. file.Reverse()] : file;
        var order = FieldOrder.Of([10, 20], file);
        Assert.Equal((72, true, 2 * 73), (order.Grid.Width, order.Grid.IsPeriodic, order.FileCells));
        var field = new float[2 * 72];
        order.Apply([.. file.Select(x => (float)((x + 720) % 360)), .. file.Select(x => 1000 + (float)((x + 720) % 360))], field);
        Assert.Equal([.. order.Grid.X.Select(x => 1000 + (float)((x + 720) % 360)), .. order.Grid.X.Select(x => (float)((x + 720) % 360))], field);
    }

    [Fact]
    public void Longitudes_out_of_order_are_refused()
    {
        var message = Assert.Throws<InvalidInputException>(() => FieldOrder.Of([1, 0], [0, 120, 60, 180, 150, 300])).Message;
        Assert.StartsWith("longitudes must ascend or descend", message);
    }

    [Fact]
    public void Uneven_columns_and_one_that_is_left_out_are_no_gap()
    {
        Assert.Equal([0, 1, 3, 4, 6, 11, 21], FieldOrder.Of([1, 0], [0, 1, 3, 4, 6, 11, 21]).Grid.X);
        double[] circle = [.. Enumerable.Range(0, 72).Where(j => j != 30).Select(j => j * 5.0)];
        var order = FieldOrder.Of([1, 0], circle);
        Assert.Equal(circle, order.Grid.X);
        Assert.True(order.Grid.IsPeriodic);
    }

    [Fact]
    public void Two_regions_are_refused_with_the_gap_between_them()
    {
        foreach (var longitudes in new[] { new double[] { 0, 5, 10, 15, 100, 105, 110 }, [-170, -165, -160, 20, 25, 170, 175], [110, 105, 100, 15, 10, 5, 0] })
        {
            var message = Assert.Throws<InvalidInputException>(() => FieldOrder.Of([1, 0], longitudes)).Message;
            Assert.Matches("^the longitudes leave a gap of (85 degrees between 15 and 100|145 degrees between 25 and 170);", message);
        }
    }
}
