using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class FieldsFigureTests
{
    [Fact]
    public void All_fields_have_the_colours_of_one_scale()
    {
        var figure = Figure(Grids.Gaussian, new() { Name = "psl", Units = "Pa" }, 1000, -500, 250);
        Assert.Equal([2, 1], figure.Arrange().Places.GroupBy(place => place.Top).Select(row => row.Count()));
        var picture = Picture.Of(figure);
        foreach (var (panel, value) in new[] { (0, 1000.0), (1, -500), (2, 250) })
        {
            var (x, y) = picture.WorldPixel(0, -140, panel);
            Assert.True(Picture.Near(picture.At(x, y), ColourScale.Symmetric(1000).Colours.GetColor((value + 1000) / 2000)), $"panel {panel}");
        }
    }

    [Fact]
    public void Four_of_a_tall_region_stand_in_a_row() =>
        Assert.Equal([4, 1], Figure(Grids.Europe, new() { Name = "t", Units = "K" }, 1, 2, 3, 4, 5).Arrange().Places.GroupBy(place => place.Top).Select(row => row.Count()));

    private static FieldsFigure Figure(Grid grid, Variable variable, params float[] values) => new()
    {
        Grid = grid,
        Variable = variable,
        Title = "random fields",
        Fields = [.. values.Select((value, i) => ($"member {i}", grid.Constant(value)))],
    };
}
