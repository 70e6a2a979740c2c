using VaeDa.Fields;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class SeriesFigureTests
{
    private static readonly DateTime First = new(1910, 1, 15, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void The_truth_is_drawn_where_it_is_known_over_the_band()
    {
        var figure = new SeriesFigure
        {
            Area = "north",
            Variable = new Variable { Name = "t", Units = "K" },
            Times = [.. Enumerable.Range(0, 12).Select(i => First.AddMonths(i))],
            Mean = [.. Enumerable.Repeat(-1.0, 12)],
            Members = [.. Enumerable.Range(0, 12).Select(_ => (IReadOnlyList<double>)[-1.5, -1, -.5])],
            // A degree higher than the mean, and not known in the second half.
            Truth = [.. Enumerable.Range(0, 12).Select(i => i < 6 ? 1.0 : double.NaN)],
        };
        var picture = Picture.Of(figure);
        var data = picture.Data(0);
        var orange = picture.Where(data, c => c.R > 190 && c.G is > 90 and < 150 && c.B < 60).ToList();
        var blue = picture.Where(data, c => c.B > 140 && c.R < 70).ToList();
        Assert.True(orange.Count > 100 && blue.Count > 200);
        Assert.True(orange.Max(p => p.Y) < blue.Min(p => p.Y));
        Assert.InRange(orange.Max(p => p.X), data.Left + 0.38 * data.Width, data.Left + 0.55 * data.Width);
        Assert.True(blue.Max(p => p.X) > data.Left + 0.9 * data.Width);
    }
}
