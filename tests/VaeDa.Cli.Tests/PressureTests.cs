using System.Text.Json;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace VaeDa.Cli.Tests;

/// <summary>The way of docs/mslp.md with a smaller model, on the fields that it is about.</summary>
public sealed class PressureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)]
    public void Sea_level_pressure_from_file_to_spaghetti()
    {
        Run("prepare", SharedData.File("ncep/slp_daily_natlantic_2001-2010.nc"), "--out", "slp", "--training-years", "2008", "--validation-years", "2009", "--test-years", "2010");
        Run("train", "slp", "--out", "slp.safetensors", "--latent", "8", "--epochs", "1", "--threads", "1");
        Run("observe", "slp", "--time", "2010-02-28", "--network", "mid", "--seed", "1", "--out", "obs.csv");
        var analysis = JsonDocument.Parse(Run("assimilate", "obs.csv", "--model", "slp.safetensors", "--truth", "slp", "--members", "6", "--threads", "1", "--json", "--out", "day")).RootElement;
        // Climatology errs by some 900 Pa.
        Assert.InRange(analysis.GetProperty("scores").EnumerateObject().Single().Value.GetProperty("rmse").GetDouble(), 20, 400);

        // Whole fields in hPa, no line about anomalies.
        Assert.Equal("day/analysis.spaghetti.png", Run("plot", "day", "--kind", "spaghetti", "--truth", "slp").TrimEnd());
        using var spaghetti = Image.Load<Rgba32>(_folder.File("day/analysis.spaghetti.png"));
        Assert.True(Count(spaghetti, colour => colour is { R: > 150, G: < 60, B: < 80 }) > 2000, "the truth is red");
        Assert.True(Count(spaghetti, colour => colour.B - colour.R > 40) > 2000, "the members are blue");
        Run("plot", "day", "--kind", "contours", "--truth", "slp");
        // A pressure in hPa is some 1000 contours of 1 Pa: the interval is in the variable's units.
        var refused = VaedaProcess.RunIn(_folder.Path, "plot", "day", "--kind", "contours", "--truth", "slp", "--interval", "4");
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(@"^vaeda: a contour interval of 0\.04 hPa makes \d+ contours between [\d.]+ and [\d.]+ hPa; at most 200 can be drawn$", refused.Error.TrimEnd());
    }

    private static int Count(Image<Rgba32> picture, Func<Rgba32, bool> condition) => (
        from y in Enumerable.Range(0, picture.Height)
        from x in Enumerable.Range(0, picture.Width)
        where condition(picture[x, y])
        select x).Count();

    private string Run(params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }
}
