using SixLabors.ImageSharp;
using VaeDa.Fields;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class FigureStyleTests
{
    private static readonly Variable Pressure = new() { Name = "psl", Units = "Pa", LongName = "air_pressure_at_mean_sea_level" };

    [Theory]
    [InlineData("figure.png")]
    [InlineData("figure.svg")]
    public void Print_has_its_width_and_text_that_can_be_read(string name)
    {
        using var folder = new TemporaryFolder();
        var figure = Two();
        figure.Style = new FigureStyle { PrintWidth = 86 };
        figure.Save(folder.File(name));
        // 7 points of text of 17 units in 86 mm: so many units, which the panels fit into.
        Assert.InRange(figure.Arrange().Size.Width, 0.94 * 592, 1.06 * 592);
        // One above the other.
        var places = figure.Arrange().Places;
        Assert.True(places[1].Top > places[0].Top + places[0].Panel.Data.Height);
        if (name.EndsWith(".png", StringComparison.Ordinal))
        {
            using var picture = Image.Load(folder.File(name));
            Assert.Equal((int)(86 / 25.4 * 300), picture.Width);
            // To the metre, as PNG has it.
            Assert.Equal(300 / 0.0254, picture.Metadata.HorizontalResolution, 1.0);
        }
        else
        {
            // 96 to the inch.
            var width = double.Parse(System.Text.RegularExpressions.Regex.Match(File.ReadAllText(folder.File(name)), "width=\"([0-9.]+)\"").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(86 / 25.4 * 96, width, 1.0);
        }
    }

    [Fact]
    public void Panels_of_one_scale_have_one_colour_bar_and_letters_unless_nobody_wants_them()
    {
        var lettered = Picture.Of(Two());
        var bare = Two();
        bare.Style = new FigureStyle { Letters = false };
        var without = Picture.Of(bare);
        foreach (var panel in new[] { 0, 1 })
        {
            var data = lettered.Data(panel);
            var corner = new Rectangle(data.Left - 60, data.Top - 36, 52, 28);
            Assert.True(lettered.Count(corner, Picture.IsDark) > 20, $"{panel}: {corner}, {lettered.Count(corner, Picture.IsDark)}");
            Assert.Equal(0, without.Count(corner, Picture.IsDark));
        }

        // Redder than the fields.
        bool IsHot(SixLabors.ImageSharp.PixelFormats.Rgba32 colour) => colour.R - colour.B > 90;
        // To the right of the second panel, and nowhere between the two.
        var (first, second) = (lettered.Data(0), lettered.Data(1));
        Assert.True(lettered.Count(new Rectangle(second.Right + 5, second.Top - 20, lettered.Width - second.Right - 5, second.Height), IsHot) > 100, $"{second} {lettered.Width}×{lettered.Height}");
        Assert.Equal(0, lettered.Count(new Rectangle(first.Right + 2, first.Top - 20, second.Left - first.Right - 4, first.Height), IsHot));
    }

    [Theory]
    [InlineData("Pa", "hPa", 0.01)]
    [InlineData("mbar", "hPa", 1)]
    [InlineData("K", "K", 1)]
    public void A_map_of_pressure_is_in_hectopascals(string units, string shown, double factor)
    {
        var grid = Grids.Polar;
        var map = new FieldMap { Grid = grid, Values = grid.Constant(1500), Title = "", Units = units, Scale = ColourScale.Symmetric(2000) }.Shown();
        Assert.Equal(shown, map.Units);
        Assert.Equal(1500 * factor, map.Values[0], 1e-4);
        Assert.Equal((-2000 * factor, 2000 * factor), (map.Scale.Minimum, map.Scale.Maximum));
        Assert.Equal($"Spread ({shown})", UnitText.Label("Spread", units));
    }

    [Fact]
    public void Variables_are_named_in_words()
    {
        Assert.Equal("air pressure at mean sea level", VariableName.Of(Pressure));
        Assert.Equal("air pressure at mean sea level anomaly", VariableName.OfAnomaly(Pressure));
        Assert.Equal("t2m", VariableName.Of(new Variable { Name = "t2m", Units = "K" }));
        Assert.Equal("surface temperature anomaly", VariableName.OfAnomaly(new Variable { Name = "t", Units = "K", LongName = "surface temperature anomaly, 1951-1980" }));
    }

    private static FieldsFigure Two() => new()
    {
        Grid = Grids.Polar,
        Variable = new Variable { Name = "ta", Units = "K" },
        Title = "two",
        Fields = [("one", Grids.Polar.Constant(3)), ("other", Grids.Polar.Constant(-3))],
    };
}
