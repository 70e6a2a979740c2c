using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace VaeDa.Cli.Tests.Commands.Plot;

public sealed class PlotCommandTests : IDisposable, IClassFixture<PlotInputs>
{
    private readonly TemporaryFolder _folder = new();
    private readonly Weather _weather;

    public PlotCommandTests(PlotInputs inputs, Weather weather)
    {
        inputs.CopyTo(_folder.Path);
        _weather = weather;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "archive")]
    [InlineData(true, "archive", "--time", "2000-01-02")]
    [InlineData(false, "archive", "--time", "2000-01-02", "--variable", "ta")]
    [InlineData(false, "archive/anomaly_2000.nc", "--variable", "psl")]
    [InlineData(true, "archive/anomaly_2000.nc", "--variable", "psl", "--time", "2000-01-02")]
    [InlineData(true, "fields.safetensors", "--variable", "ta")]
    public void The_field_of_a_time_and_variable_is_drawn_north_up(bool warmNorth, params string[] arguments)
    {
        using var picture = Drawn(arguments[0] == "archive" ? "plot.png" : Path.ChangeExtension(arguments[0], ".png"), arguments);
        var (north, south) = (Warmth(picture, 0.2, 0.4), Warmth(picture, 0.6, 0.8));
        Assert.True(warmNorth ? north > 30 && south < -30 : north < -30 && south > 30, $"north {north}, south {south}");
    }

    [Fact]
    public void A_range_sets_the_ends_of_the_colours()
    {
        double North(string range)
        {
            using var picture = Drawn("out.png", "archive", "--variable", "ta", "--range", range, "--out", "out.png");
            return Warmth(picture, 0.2, 0.4);
        }

        Assert.True(North("10") > 50);
        Assert.InRange(North("200"), -10, 20);
        Assert.Equal(North("10"), North("-10..10"));
        // All of the north is beyond the end of this one.
        Assert.Equal(North("-5..7"), North("-5..5"));
        Assert.NotEqual(North("-10..10"), North("-10..40"));
    }

    [Fact]
    public void Analyses_are_drawn_side_by_side_and_nothing_else_is()
    {
        using var picture = Drawn("two.png", "run", "run", "--out", "two.png");
        Assert.True(picture.Width > 3 * picture.Height);
        var run = VaedaProcess.RunIn(_folder.Path, "plot", "archive", "run");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("only analyses are drawn side by side", Assert.Single(run.Error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void An_analysis_is_drawn_from_its_files_with_its_outliers()
    {
        using var picture = Drawn("run/analysis.png", "run");
        // The mean above; below the spread, dark in the north and pale blue in the south.
        Assert.True(Warmth(picture, 0.1, 0.22) > 30);
        Assert.True(Warmth(picture, 0.3, 0.42) < -30);
        Assert.True(Warmth(picture, 0.8, 0.92) < -30);
        Assert.True(Warmth(picture, 0.6, 0.72) > Warmth(picture, 0.8, 0.92) + 30);
        Assert.InRange(Count(picture, new Rgba32(209, 0, 181)), 10, 500);

        var bytes = File.ReadAllBytes(_folder.File("run/analysis.png"));
        using var same = Drawn("same.png", "run/analysis.nc", "--out", "same.png");
        Assert.Equal(bytes, File.ReadAllBytes(_folder.File("same.png")));

        using var other = Drawn("run/analysis.psl.png", "run", "--variable", "psl");
        Assert.True(Warmth(other, 0.1, 0.22) < -30);
        Assert.Equal(0, Count(other, new Rgba32(209, 0, 181)));
    }

    [Fact]
    public void The_truth_of_an_analysis_is_found_by_time_and_by_name()
    {
        // The archive has psl first, the analysis ta; on 2 January their signs differ.
        using var temperature = Drawn("ta.png", "run", "--truth", "archive", "--out", "ta.png");
        Assert.True(Warmth(temperature, 0.6, 0.72) < -50);
        Assert.True(Warmth(temperature, 0.8, 0.92) > 50);
        using var pressure = Drawn("psl.png", "run", "--truth", "archive", "--variable", "psl", "--out", "psl.png");
        Assert.True(Warmth(pressure, 0.6, 0.72) > 30);
    }

    [Fact]
    public void Analyses_stand_beside_their_truths()
    {
        using var picture = Drawn("two.png", "run", "run", "--truth", "archive", "--out", "two.png");
        // Two rows, so twice as tall as two analyses alone; the truth is cold in the north, the analyses are warm.
        Assert.InRange((double)picture.Width / picture.Height, 1.5, 2.3);
        Assert.True(Warmth(picture, 0.12, 0.22, left: 0.1, right: 0.4) > 30);
        Assert.True(Warmth(picture, 0.12, 0.22, left: 0.6, right: 0.9) < -30);
    }

    [Fact(Explicit = true)]
    public void Contours_are_of_whole_fields_where_there_is_a_climatology_and_of_anomalies_elsewhere()
    {
        const string Told = "vaeda: contours of the anomaly, not of the whole field: ";
        var assimilated = VaedaProcess.RunIn(_folder.Path, "assimilate", _weather.Observations, "--model", _weather.Model, "--members", "4", "--threads", "1", "--out", "day");
        Assert.Equal(0, assimilated.ExitCode);
        foreach (var kind in (string[])["spaghetti", "contours"])
        {
            using var whole = Drawn($"day/analysis.{kind}.png", "day", "--kind", kind, "--truth", _weather.Archive);
            using var named = Drawn("named.png", "day", "--kind", kind, "--climatology", _weather.Archive, "--out", "named.png");
            Assert.True(Count(whole, new Rgba32(193, 18, 31)) > 500, "the truth is red");
            Assert.Equal(0, Count(named, new Rgba32(193, 18, 31)));
            var run = VaedaProcess.RunIn(_folder.Path, "plot", "day", "--kind", kind, "--out", "anomaly.png");
            Assert.Equal((0, Told + "--climatology ARCHIVE would add the mean of the day", "anomaly.png"), (run.ExitCode, run.Error.TrimEnd(), run.Output.TrimEnd()));
            Assert.NotEqual(File.ReadAllBytes(_folder.File("named.png")), File.ReadAllBytes(_folder.File("anomaly.png")));
        }

        using var field = Drawn("plot.png", _weather.Archive, "--kind", "contours", "--time", Weather.Day);
        var ofAnomalies = VaedaProcess.RunIn(_folder.Path, "plot", "archive", "--kind", "contours");
        Assert.Equal((0, Told + "archive was made of anomalies and has no mean"), (ofAnomalies.ExitCode, ofAnomalies.Error.TrimEnd()));
    }

    [Fact]
    public void A_field_is_drawn_beside_what_the_model_generates_of_it()
    {
        using var picture = Drawn("v.png", _weather.Archive, "--kind", "validation", "--model", _weather.Model, "--time", Weather.Day, "--width", "900", "--out", "v.png");
        Assert.Equal(900, picture.Width);
        // The 1:1 line of the scatter, lower right.
        Assert.True(Enumerable.Range(picture.Width / 2, picture.Width / 2).Count(x => Enumerable.Range(picture.Height / 2, picture.Height / 2).Any(y => picture[x, y].R - picture[x, y].G > 60)) > 50);
    }

    [Theory]
    [InlineData("days.gif", 3, "archive", "--variable", "ta", "--time", "2000-01")]
    [InlineData("days.webp", 3, "archive/anomaly_2000.nc", "--variable", "psl", "--frame-rate", "10")]
    [InlineData("runs.gif", 2, "run", "late", "--kind", "map")]
    [InlineData("runs.webp", 2, "run", "late", "--width", "300")]
    public void A_run_of_dates_is_an_animation(string file, int frames, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["plot", .. arguments, "--animate", file]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches($@"^{file}: {frames} frames, \d+ kB$", run.Output.TrimEnd());
        if (file.EndsWith(".gif", StringComparison.Ordinal))
        {
            using var gif = Image.Load(_folder.File(file));
            Assert.Equal((frames, 720), (gif.Frames.Count, gif.Width));
            Assert.Equal(33, gif.Frames[1].Metadata.GetGifMetadata().FrameDelay);
        }
        else
        {
            // Each frame is a chunk of its own.
            Assert.Equal(frames, File.ReadAllBytes(_folder.File(file)).AsSpan().Count("ANMF"u8));
        }
    }

    [Fact]
    public void An_analysis_without_an_ensemble_or_a_time_is_one_map()
    {
        using var picture = Drawn("single/analysis.png", "single");
        Assert.InRange(picture.Height, picture.Width * 0.45, picture.Width * 0.65);
        Assert.True(Warmth(picture, 0.2, 0.4) > 30);
        Assert.True(Warmth(picture, 0.65, 0.85) < -30);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_best_epoch_of_a_training_run_is_that_of_lowest_validation_loss(int best)
    {
        using var picture = Drawn($"best-{best}.history.plot.png", $"best-{best}.history.parquet");
        var marked = Enumerable.Range(0, picture.Width).Where(x => Enumerable.Range(0, picture.Height).Count(y => Near(picture[x, y], new Rgba32(179, 38, 30))) > 4).Average();
        // Epochs 0 to 4, with half an epoch at either end, over most of the width.
        Assert.InRange((marked / picture.Width - 0.105) / 0.87, (best + 0.3) / 5, (best + 0.7) / 5);
    }

    [Fact]
    public void Json_says_where_the_picture_is()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "plot", "best-1.history.parquet", "--json", "--out", "sub/curves.png");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("sub/curves.png", JsonDocument.Parse(run.Output).RootElement.GetProperty("picture").GetString());
        Assert.True(File.Exists(_folder.File("sub/curves.png")));
    }

    [Theory]
    [InlineData(1, "archive: there is no time 1999; the times are 2000-01-01…2000-01-03", "archive", "--time", "1999")]
    [InlineData(1, "archive: 2000-01 has more than one time; name one, such as 2000-01-01 or 2000-01-02", "archive", "--time", "2000-01")]
    [InlineData(1, "archive: 'soon' is not a time", "archive", "--time", "soon")]
    [InlineData(1, "archive: there is no variable 'ua'; there are 'psl', 'ta'", "archive", "--variable", "ua")]
    [InlineData(1, "archive: --truth has no meaning for an archive", "archive", "--truth", "archive")]
    [InlineData(1, "archive/anomaly_2000.nc: there are 'psl', 'ta'; choose one (--variable)", "archive/anomaly_2000.nc")]
    [InlineData(1, "archive/anomaly_2000.nc: no variable 'ua'; there are 'psl', 'ta'", "archive/anomaly_2000.nc", "--variable", "ua")]
    [InlineData(1, "archive/anomaly_2000.nc: there is no time 1999", "archive/anomaly_2000.nc", "--variable", "ta", "--time", "1999")]
    [InlineData(1, "archive/anomaly_2000.nc: --truth has no meaning for a file of fields", "archive/anomaly_2000.nc", "--truth", "archive")]
    [InlineData(1, "archive/archive.json: 'vaeda plot' draws", "archive/archive.json")]
    [InlineData(1, "notes.nc: not a netCDF file", "notes.nc")]
    [InlineData(1, ".: neither an analysis (analysis.nc), a reanalysis nor an archive (archive.json)", ".")]
    [InlineData(1, "nothing.nc: there is no such file or folder", "nothing.nc")]
    [InlineData(1, "there is no folder 'nothing'", "nothing")]
    [InlineData(1, "run: --time has no meaning for an analysis", "run", "--time", "2000-01-02")]
    [InlineData(1, "there is no variable 'ua' in the analysis; there are 'ta', 'psl'", "run", "--variable", "ua")]
    [InlineData(1, "--truth other: its grid is 2×2", "run", "--truth", "other")]
    [InlineData(1, "--truth archive: it has no field of 2001-01-02; its times are 2000-01-01…2000-01-03", "late", "--truth", "archive")]
    [InlineData(1, "run: no observation of the analysis has a value of gain_removed", "run", "--observations", "gain")]
    [InlineData(1, "half/observations.parquet: there is no such file", "half")]
    [InlineData(1, "run/observations.parquet: not the history of a training run: it has no column 'epoch'", "run/observations.parquet")]
    [InlineData(1, "run: --kind validation cannot be drawn from it; map, contours, spaghetti can", "run", "--kind", "validation")]
    [InlineData(1, "archive: --kind spaghetti cannot be drawn from it; map, contours, validation can", "archive", "--kind", "spaghetti")]
    [InlineData(1, "--kind contours draws one analysis, or several one after another with --animate; 2 are named", "run", "late", "--kind", "contours")]
    [InlineData(1, "run: --range has no meaning for --kind contours", "run", "--kind", "contours", "--range", "5")]
    [InlineData(1, "run: --interval has no meaning for --kind map", "run", "--interval", "5")]
    [InlineData(1, "run: --model has no meaning for --kind map", "run", "--model", "speedy-ta")]
    [InlineData(1, "--climatology archive: it was made of anomalies and has no climatological mean", "run", "--kind", "contours", "--climatology", "archive")]
    [InlineData(1, "--climatology other: its grid is 2×2", "run", "--kind", "contours", "--climatology", "other")]
    [InlineData(1, "a contour interval of 0.001 K makes", "archive/anomaly_2000.nc", "--kind", "contours", "--variable", "ta", "--interval", "0.001")]
    [InlineData(1, "best-1.history.parquet: --animate has no meaning for a training run", "best-1.history.parquet", "--animate", "a.gif")]
    [InlineData(1, "archive: there is no time 1999", "archive", "--time", "1999", "--animate", "a.gif")]
    [InlineData(2, "--animate a.png: the name of an animation ends in .webp or .gif", "archive", "--animate", "a.png")]
    [InlineData(2, "--out is of a picture and --animate makes an animation; give one of them", "archive", "--animate", "a.gif", "--out", "a.png")]
    [InlineData(2, "--frame-rate has no meaning without --animate", "archive", "--frame-rate", "2")]
    [InlineData(2, "--width is 20; it must be from 200 to 4000 pixels", "archive", "--width", "20")]
    [InlineData(2, "--interval is -4; it must be above 0", "run", "--kind", "contours", "--interval", "-4")]
    [InlineData(1, "best-1.history.parquet: --range has no meaning for a training run", "best-1.history.parquet", "--range", "5")]
    [InlineData(2, "--range is 'wide'; it must be", "archive", "--range", "wide")]
    [InlineData(2, "--range is '5..1'; it must be", "archive", "--range", "5..1")]
    [InlineData(2, "--range is '-3'; it must be", "archive", "--range", "-3")]
    [InlineData(2, "--out map.jpg: the name of a picture ends in .png, .svg, .pdf", "archive", "--out", "map.jpg")]
    public void What_cannot_be_drawn_is_refused_on_a_line(int exitCode, string message, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["plot", .. arguments]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("vaeda: " + message, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.png", SearchOption.AllDirectories));
    }

    private Image<Rgba32> Drawn(string picture, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["plot", .. arguments]);
        Assert.Equal((0, "", picture), (run.ExitCode, run.Error, run.Output.TrimEnd()));
        return Image.Load<Rgba32>(_folder.File(picture));
    }

    /// <summary>Mean of red less blue over a part of the picture, in parts of its height and width.</summary>
    private static double Warmth(Image<Rgba32> picture, double top, double bottom, double left = 0.25, double right = 0.75) => (
        from y in Enumerable.Range((int)(top * picture.Height), (int)((bottom - top) * picture.Height))
        from x in Enumerable.Range((int)(left * picture.Width), (int)((right - left) * picture.Width))
        select picture[x, y].R - picture[x, y].B).Average();

    private static int Count(Image<Rgba32> picture, Rgba32 colour) => (
        from y in Enumerable.Range(0, picture.Height)
        from x in Enumerable.Range(0, picture.Width)
        where Near(picture[x, y], colour)
        select x).Count();

    private static bool Near(Rgba32 a, Rgba32 b) => Math.Abs(a.R - b.R) < 12 && Math.Abs(a.G - b.G) < 12 && Math.Abs(a.B - b.B) < 12;
}
