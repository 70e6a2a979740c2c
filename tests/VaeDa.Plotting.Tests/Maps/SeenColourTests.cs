using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Maps;

public sealed class SeenColourTests
{

    [Fact]
    public void The_measure_is_right_for_colours_that_are_known()
    {
        AssertNear(100, 0, 0, ScottPlot.Colors.White);
        AssertNear(53.24, 80.09, 67.20, new ScottPlot.Color(255, 0, 0));
        AssertNear(32.30, 79.19, -107.86, new ScottPlot.Color(0, 0, 255));
        // Greys stay grey to all eyes.
        Assert.All(Deficient, eyes => Assert.InRange(SeenColour.Of(new ScottPlot.Color(120, 120, 120), eyes).From(SeenColour.Of(new ScottPlot.Color(120, 120, 120))), 0, 1));
        // Red and green of one lightness: far apart, but not to those without green cones.
        var (red, green) = (new ScottPlot.Color(190, 90, 60), new ScottPlot.Color(100, 130, 40));
        Assert.True(SeenColour.Of(red).From(SeenColour.Of(green)) > 55);
        Assert.True(SeenColour.Of(red, SeenColour.Deuteranopia).From(SeenColour.Of(green, SeenColour.Deuteranopia)) < 25);
    }

    [Fact]
    public void The_ends_of_a_diverging_scale_are_told_apart_in_print_and_by_all_eyes()
    {
        var colours = ColourScale.Symmetric(1).Colours;
        var (cold, warm) = (SeenColour.Of(colours.GetColor(0)), SeenColour.Of(colours.GetColor(1)));
        Assert.True(Math.Abs(cold.Lightness - warm.Lightness) > 12, $"in grey print: {cold.Lightness:f1} and {warm.Lightness:f1}");
        // Neither is all but black.
        Assert.True(Math.Min(cold.Lightness, warm.Lightness) > 20, $"{cold.Lightness:f1} and {warm.Lightness:f1}");
        foreach (var eyes in Deficient)
        {
            var apart = SeenColour.Of(colours.GetColor(0), eyes).From(SeenColour.Of(colours.GetColor(1), eyes));
            Assert.True(apart > 50, $"{apart:f1}");
            // So are values half-way to the ends.
            var halfway = SeenColour.Of(colours.GetColor(0.25), eyes).From(SeenColour.Of(colours.GetColor(0.75), eyes));
            Assert.True(halfway > 30, $"{halfway:f1}");
        }
    }

    [Fact]
    public void From_white_to_either_end_it_gets_darker_at_every_step()
    {
        var colours = ColourScale.Symmetric(1).Colours;
        for (var i = 1; i <= 50; i++)
        {
            foreach (var side in new[] { -1, 1 })
            {
                double At(int step) => SeenColour.Of(colours.GetColor(0.5 + side * step / 100.0)).Lightness;
                Assert.True(At(i) < At(i - 1) + 0.3, $"{side * i}: {At(i - 1):f1}, {At(i):f1}");
            }
        }

        Assert.True(SeenColour.Of(colours.GetColor(0.5)).Lightness > 90);
    }

    [Fact]
    public void Missing_is_the_colour_of_no_value()
    {
        var missing = SeenColour.Of(MapPanel.Missing);
        foreach (var scale in new[] { ColourScale.Symmetric(1), ColourScale.Sequential(1), ColourScale.Between(1, 2) })
        {
            var nearest = Enumerable.Range(0, 256).Min(i => SeenColour.Of(scale.Colours.GetColor(i / 255.0)).From(missing));
            Assert.True(nearest > 10, $"{scale.Colours.Name}: {nearest:f1}");
        }

        var zero = SeenColour.Of(ColourScale.Symmetric(1).Colours.GetColor(0.5));
        Assert.True(zero.Lightness - missing.Lightness > 15, $"{zero.Lightness:f1} and {missing.Lightness:f1}");
    }

    private static IEnumerable<double[,]> Deficient => [SeenColour.Deuteranopia, SeenColour.Protanopia];

    private static void AssertNear(double lightness, double a, double b, ScottPlot.Color colour)
    {
        var seen = SeenColour.Of(colour);
        Assert.InRange(seen.From(new SeenColour(lightness, a, b)), 0, 0.1);
    }
}
