using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;
using VaeDa.Fields;
using VaeDa.Plotting.Animations;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using Grid = VaeDa.Fields.Grids.Grid;

namespace VaeDa.Plotting.Tests.Animations;

public sealed class AnimationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_gif_has_every_frame_in_its_size_and_for_its_time()
    {
        var path = _folder.File("run.gif");
        Assert.Equal(3, Animation.Save(path, Frames(-8, 0, 8), width: 400, framesPerSecond: 4));
        using var gif = Image.Load<Rgba32>(path);
        Assert.Equal((3, 400), (gif.Frames.Count, gif.Width));
        Assert.Equal(0, gif.Metadata.GetGifMetadata().RepeatCount);
        ImageFrame<Rgba32>[] frames = [.. Enumerable.Range(0, 3).Select(i => gif.Frames[i])];
        Assert.All(frames, frame => Assert.Equal(25, frame.Metadata.GetGifMetadata().FrameDelay));
        // Blue, white, red, in the middle of the Pacific.
        Assert.Equal([-1, 0, 1], frames.Select(frame => Warmth(frame[90, gif.Height / 2])));
    }

    [Fact]
    public void A_webp_has_every_frame_in_its_size_and_for_its_time()
    {
        var path = _folder.File("run.webp");
        Assert.Equal(3, Animation.Save(path, Frames(-8, 0, 8), width: 401, framesPerSecond: 3));
        using var codec = SKCodec.Create(path);
        Assert.Equal((SKEncodedImageFormat.Webp, 3, 401), (codec.EncodedFormat, codec.FrameCount, codec.Info.Width));
        Assert.Equal(-1, codec.RepetitionCount);
        Assert.All(codec.FrameInfo, frame => Assert.Equal(333, frame.Duration));
        var size = BitConverter.ToUInt32(File.ReadAllBytes(path).AsSpan(4, 4));
        Assert.Equal(new FileInfo(path).Length, size + 8);
        int FrameAt(int index)
        {
            using var frame = new SKBitmap(codec.Info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(codec.Info, frame.GetPixels(), new SKCodecOptions(index)));
            var pixel = frame.GetPixel(90, codec.Info.Height / 2);
            return Warmth(new Rgba32(pixel.Red, pixel.Green, pixel.Blue));
        }

        Assert.Equal([-1, 0, 1], Enumerable.Range(0, 3).Select(FrameAt));
    }

    [Fact]
    public void One_figure_is_an_animation_too()
    {
        var path = _folder.File("one.webp");
        Assert.Equal(1, Animation.Save(path, Frames(3), width: 300, framesPerSecond: 1));
        using var codec = SKCodec.Create(path);
        Assert.Equal(300, codec.Info.Width);
    }

    [Fact]
    public void Figures_of_different_sizes_are_refused_and_the_old_file_stays()
    {
        var path = _folder.File("run.gif");
        File.WriteAllText(path, "old");
        var message = Assert.Throws<InvalidInputException>(() => Animation.Save(path, Frames(1).Append(FigureOf(Grids.Europe, 1)), width: 300, framesPerSecond: 1)).Message;
        Assert.Matches(@"^the frames of an animation must be alike; one is 300 by \d+ pixels, number 2 300 by \d+$", message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
        Assert.Throws<ArgumentException>(() => Animation.Save(path, [], width: null, framesPerSecond: 1));
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(500, 8)]
    [InlineData(null, 40)]
    public void A_figure_has_the_width_and_no_more_colours_than_asked_for(int? width, int? colours)
    {
        var path = _folder.File("map.png");
        FigureOf(Grids.Polar, 5).Save(path, width, colours);
        using var picture = Image.Load<Rgba32>(path);
        Assert.Equal(width ?? FigureOf(Grids.Polar, 5).Arrange().Size.Width, picture.Width);
        var all = Enumerable.Range(0, picture.Height).SelectMany(y => Enumerable.Range(0, picture.Width).Select(x => picture[x, y])).ToHashSet();
        Assert.InRange(all.Count, 2, colours ?? int.MaxValue);
    }

    [Fact]
    public void Panels_leave_no_trace_of_their_edges_at_any_scale()
    {
        // Beside the left edge of the panels there is nothing; where an edge fell within a pixel it would be grey.
        var figure = new AnalysesFigure([Analysis(1), Analysis(2)]);
        var layout = figure.Arrange();
        foreach (var width in new[] { 777, 1000, (int)layout.Size.Width })
        {
            using var picture = Image.Load<Rgba32>(figure.ToPng(width));
            var scale = width / layout.Size.Width;
            var (edge, top) = ((int)(layout.Places[0].Left * scale), (int)(layout.Places[0].Top * scale));
            Assert.All(
                from y in Enumerable.Range(top, picture.Height - top)
                from x in Enumerable.Range(edge - 2, 5)
                select picture[x, y],
                colour => Assert.Equal(new Rgba32(255, 255, 255), colour));
        }
    }

    private static AnalysisFigure Analysis(float value) => new()
    {
        Grid = Grids.Polar,
        Variable = new Variable { Name = "t2m", Units = "K" },
        Date = "2000-01-15",
        Mean = Grids.Polar.Constant(value),
        Spread = Grids.Polar.Constant(1),
        Truth = Grids.Polar.Constant(0),
        Observations = new ObservationDots { Latitudes = [10], Longitudes = [20] },
        Members = 3,
    };

    private static IEnumerable<Figure> Frames(params float[] values) => values.Select(value => FigureOf(Grids.Polar, value));

    private static FieldFigure FigureOf(Grid grid, float value) =>
        new(new FieldMap { Grid = grid, Values = grid.Constant(value), Title = "Temperature anomaly", Units = "K" });

    private static int Warmth(Rgba32 colour) => Math.Abs(colour.R - colour.B) < 40 ? 0 : Math.Sign(colour.R - colour.B);
}
