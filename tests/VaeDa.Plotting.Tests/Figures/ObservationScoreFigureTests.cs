using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ObservationScoreFigureTests
{
    [Fact]
    public void The_first_method_stands_out_in_red_lower_where_its_errors_are_smaller()
    {
        var picture = Picture.Of(Figure([1.2, 0.6, 0.3]));
        var data = picture.Data(0);
        var red = picture.Where(data, colour => colour.R > 150 && colour.G < 90 && colour.B < 90).ToArray();
        Assert.True(red.Length > 300);
        double Level(double from, double to) => red.Where(p => p.X > data.Left + from * data.Width && p.X < data.Left + to * data.Width).Average(p => p.Y);
        Assert.True(Level(0, 0.4) < Level(0.6, 1) - 60);
    }

    [Fact]
    public void More_stations_are_higher_bars()
    {
        var picture = Picture.Of(Figure([1, 1, 1]));
        var data = picture.Data(1);
        int Bars(int third) => picture.Count(new(data.Left + third * data.Width / 3, data.Top, data.Width / 3, data.Height), colour => colour.B > colour.R + 8);
        Assert.True(Bars(0) < Bars(1) && Bars(1) < Bars(2));
    }

    [Fact]
    public void A_method_without_an_error_in_a_decade_is_drawn_in_the_others_and_a_missing_number_is_refused()
    {
        Assert.NotEmpty(Figure([double.NaN, 0.6, 0.3]).ToPng());
        Assert.Throws<ArgumentException>(() => Figure([1, 2]).ToPng());
    }

    private static ObservationScoreFigure Figure(double[] rmse) => new()
    {
        Decades = ["1880s", "1890s", "1900s"],
        Methods = [("vae", rmse), ("kriging", [1.3, 1.2, 1.1])],
        Stations = [100, 400, 900],
        Units = "K",
        Withheld = 1234,
    };
}
