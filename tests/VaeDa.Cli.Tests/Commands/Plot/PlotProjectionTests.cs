using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace VaeDa.Cli.Tests.Commands.Plot;

/// <summary>Fields that are warm north of the equator and cold south of it, on 2 January 2000 in pressure.</summary>
public sealed class PlotProjectionTests : IDisposable, IClassFixture<PlotInputs>
{
    private readonly TemporaryFolder _folder = new();

    public PlotProjectionTests(PlotInputs inputs) => inputs.CopyTo(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, -1, "--projection", "robinson")]
    [InlineData(1, -1, "--projection", "robinson", "--centre", "0,180")]
    [InlineData(1, -1, "--projection", "plate-carree")]
    [InlineData(1, -1, "--projection", "orthographic", "--centre", "0,20")]
    [InlineData(1, 1, "--projection", "polar")]
    [InlineData(-1, -1, "--projection", "polar", "--region", "south")]
    [InlineData(-1, -1, "--region", "antarctic")]
    [InlineData(1, 1, "--projection", "lambert", "--region", "europe")]
    [InlineData(-1, -1, "--projection", "lambert", "--region", "-80,-40,-55,-15")]
    [InlineData(1, -1, "--region", "170,-170,-40,40")]
    public void Each_projection_shows_the_north_and_the_south_where_they_are(int above, int below, params string[] arguments)
    {
        using var picture = Drawn([.. arguments]);
        Assert.Equal((above, below), (Sign(Warmth(picture, 0.3)), Sign(Warmth(picture, 0.7))));
        // In the corners of the frame there is paper, unless the map is a rectangle.
        var isRectangle = arguments is ["--projection", "plate-carree"] or ["--region", "170,-170,-40,40"];
        Assert.Equal(isRectangle, !IsPaper(picture));
    }

    [Theory]
    [InlineData("--projection is 'robinsn'; did you mean 'robinson'?", "--projection", "robinsn")]
    [InlineData("--region is 'urope'; did you mean 'europe'?", "--region", "urope")]
    [InlineData("--region is '1,2,3'; a box is WEST,EAST,SOUTH,NORTH", "--region", "1,2,3")]
    [InlineData("--region is '0,10,50,40'; a box is WEST,EAST,SOUTH,NORTH", "--region", "0,10,50,40")]
    [InlineData("--centre is '95,0'; it must be LAT,LON", "--centre", "95,0")]
    [InlineData("--observations is 'valu'; did you mean 'value'?", "--observations", "valu")]
    [InlineData("--uncertainty is 'fad'; did you mean 'fade'?", "--uncertainty", "fad")]
    [InlineData("--uncertainty absolute needs --above", "--uncertainty", "absolute")]
    [InlineData("--above is for hatching", "--uncertainty", "fade", "--above", "2")]
    [InlineData("--print is 20; it must be from 40 to 400 mm", "--print", "20")]
    [InlineData("both say how wide", "--print", "86", "--width", "700")]
    public void What_cannot_be_meant_is_refused(string expected, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["plot", "run", "--out", "none.png", .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.False(File.Exists(_folder.File("none.png")));
    }

    [Theory]
    [InlineData("shows a region", "--projection", "lambert")]
    [InlineData("beyond the edge", "--projection", "orthographic", "--region", "tropics")]
    [InlineData("both sides of the equator", "--projection", "lambert", "--region", "africa")]
    public void What_a_projection_cannot_show_is_said(string expected, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["plot", "archive", "--out", "none.png", .. arguments]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.False(File.Exists(_folder.File("none.png")));
    }

    [Fact]
    public void An_analysis_is_drawn_for_a_column_of_a_journal()
    {
        foreach (var arguments in new string[][] { ["--observations", "value"], ["--observations", "departure", "--uncertainty", "fade"], ["--observations", "none", "--uncertainty", "absolute", "--above", "0.3"], ["--no-letters"] })
        {
            var run = VaedaProcess.RunIn(_folder.Path, ["plot", "run", "--print", "86", "--out", "column.png", .. arguments]);
            Assert.True(run.ExitCode == 0, run.Error);
            Assert.Equal((int)(86 / 25.4 * 300), PngFile.SizeOf(_folder.File("column.png")).Width);
        }
    }

    private Image<Rgba32> Drawn(params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["plot", "archive", "--time", "2000-01-02", "--variable", "psl", "--out", "map.png", .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return Image.Load<Rgba32>(_folder.File("map.png"));
    }

    // Between the margins of a map, 84 at the left and 120 at the right, and 12 about the figure.
    private static double Warmth(Image<Rgba32> picture, double down)
    {
        var (middle, y) = (96 + (picture.Width - 228) / 2, (int)(54 + down * (picture.Height - 110)));
        return Enumerable.Range(-40, 80).Average(i => picture[middle + i, y].R - (double)picture[middle + i, y].B);
    }

    private static int Sign(double warmth) => warmth > 30 ? 1 : warmth < -30 ? -1 : 0;

    private static bool IsPaper(Image<Rgba32> picture) => picture[96 + 6, 54 + 8] is { R: 255, G: 255, B: 255 } || picture[96 + 6, picture.Height - 56 - 8] is { R: 255, G: 255, B: 255 };
}
