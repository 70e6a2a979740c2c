using VaeDa.Fields;
using VaeDa.Model.Memory;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ForecastFigureTests
{
    [Fact]
    public void The_forecast_is_drawn_in_red_higher_where_its_errors_are_larger()
    {
        var picture = Picture.Of(Figure(step => 0.2 * step));
        var data = picture.Data(0);
        var red = picture.Where(data, colour => colour.R > 150 && colour.G < 90 && colour.B < 90).ToArray();
        Assert.True(red.Length > 200);
        double Level(double from, double to) => red.Where(p => p.X > data.Left + from * data.Width && p.X < data.Left + to * data.Width).Average(p => p.Y);
        Assert.True(Level(0.1, 0.3) > Level(0.5, 0.7) + 60);
    }

    [Fact]
    public void A_variable_without_errors_has_no_panel()
    {
        var both = Figure(step => 0.2 * step);
        Assert.Equal(Picture.Of(both).Height, Picture.Of(Figure(step => 0.2 * step, "t2m")).Height);
        Assert.True(Picture.Of(Figure(step => 0.2 * step, "t2m", "psl")).Height > Picture.Of(both).Height + 300);
    }

    private static ForecastFigure Figure(Func<int, double> forecast, params string[] names) => new()
    {
        Variables = [new Variable { Name = "t2m", Units = "K" }, new Variable { Name = "psl", Units = "Pa" }],
        Errors = [.. (names.Length == 0 ? ["t2m"] : names).SelectMany(name => Enumerable.Range(1, 5).Select(step => new ForecastError(name, step, forecast(step), 1.5, 1.2, 1.3, 100)))],
        Step = "day",
    };
}
