namespace VaeDa.Cli.Tests.Disks;

/// <summary>A disk that is full, or may only be read: one line that names the output, the earlier result is whole, and nothing else is left.</summary>
public sealed class FullDiskTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Commands => ["prepare", "train", "assimilate", "convert", "sample", "observe", "plot", "animate"];

    public void Dispose() => _folder.Dispose();

    [Theory(Explicit = true), Trait("Set", "CI")]
    [MemberData(nameof(Commands))]
    public void The_earlier_result_stays(string verb)
    {
        using var disk = new SmallDisk(_folder.File("disk"));
        var before = disk.Free;
        var made = Run(Command(verb, 1));
        Assert.True(made.ExitCode == 0, made.Error);
        var (earlier, size) = (disk.Contents(), before - disk.Free);
        Assert.NotEmpty(earlier);

        foreach (var free in (long[])[0, size / 2])
        {
            disk.Fill(free);
            Refused(Run(Command(verb, 2)), verb, "the disk is full");
            Assert.Equal(earlier, disk.Contents());
            disk.Empty();
        }

        disk.MakeReadOnly();
        Refused(Run(Command(verb, 2)), verb, "nothing can be written to");
        Assert.Equal(earlier, disk.Contents());
        disk.MakeWritable();
        var again = Run(Command(verb, 2));
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.DoesNotContain(disk.Contents().Keys, file => file.Contains(".partial", StringComparison.Ordinal));
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void A_reanalysis_goes_on_where_there_is_room_again()
    {
        var observations = _folder.File("many.csv");
        var observed = VaedaProcess.RunIn(_folder.Path, "observe", weather.Archive, "--from", "2002-12-01", "--to", "2002-12-10", "--network", "sparse", "--out", observations);
        Assert.True(observed.ExitCode == 0, observed.Error);
        string[] command = ["assimilate", observations, "--model", weather.Model, "--members", "4", "--threads", "1", "--out"];
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, [.. command, _folder.File("right")]).ExitCode);
        using var disk = new SmallDisk(_folder.File("disk"));
        foreach (var free in (long[])[0, 100_000])
        {
            disk.Fill(free);
            Refused(Run([.. command, "disk/r"]), "assimilate", "the disk is full");
            Assert.False(File.Exists(_folder.File("disk/r/dates.parquet")));
            disk.Empty();
        }

        Assert.Equal(0, Run([.. command, "disk/r"]).ExitCode);
        foreach (var file in (string[])["2002-12.nc", "dates.parquet", "series.parquet", "reanalysis.json"])
        {
            Assert.Equal(File.ReadAllBytes(_folder.File($"right/{file}")), File.ReadAllBytes(_folder.File($"disk/r/{file}")));
        }

        disk.MakeReadOnly();
        Refused(Run([.. command, "disk/other"]), "assimilate", "nothing can be written to");
    }

    private static void Refused(VaedaProcess run, string verb, string why)
    {
        var line = Assert.Single(run.Error.TrimEnd().Split('\n'), line => line.StartsWith("vaeda: ", StringComparison.Ordinal));
        Assert.True(run.ExitCode == 1 && run.Output.Length == 0, $"{verb}: exit code {run.ExitCode}, {run.Output}");
        Assert.Contains(why, line, StringComparison.Ordinal);
        Assert.StartsWith("vaeda: disk", line, StringComparison.Ordinal);
        // No name of a file or folder that the user does not know.
        Assert.DoesNotMatch(@"\.partial|/\.|/made/", line);
    }

    private VaedaProcess Run(string[] command) => VaedaProcess.RunIn(_folder.Path, command);

    private string[] Command(string verb, int seed) => verb switch
    {
        "prepare" => ["prepare", Path.Combine(Path.GetDirectoryName(weather.Archive)!, "globe.nc"), "--out", "disk/a", .. seed == 1 ? (string[])["--climatology", "2001"] : []],
        "train" => ["train", weather.Archive, "--latent", "4", "--epochs", "1", "--seed", $"{seed}", "--threads", "1", "--out", "disk/m.safetensors"],
        "assimilate" => ["assimilate", weather.Observations, "--model", weather.Model, "--members", "4", "--seed", $"{seed}", "--threads", "1", "--csv", "--out", "disk/d"],
        "convert" => ["convert", weather.Archive, "--with", Converter(), "--part", "test", "--members", "2", "--seed", $"{seed}", "--threads", "1", "--out", "disk/c.nc"],
        "sample" => ["sample", weather.Model, "--count", "20", "--seed", $"{seed}", "--threads", "1", "--out", "disk/s.nc"],
        "observe" => ["observe", weather.Archive, "--time", Weather.Day, "--network", "dense", "--seed", $"{seed}", "--out", "disk/o.csv"],
        "plot" => ["plot", weather.Archive, "--time", Weather.Day, "--width", $"{700 + seed}", "--out", "disk/p.png"],
        _ => ["plot", weather.Archive, "--time", "2002-12", "--width", $"{300 + seed}", "--animate", "disk/a.webp"],
    };

    private string Converter()
    {
        var path = _folder.File("converter.safetensors");
        if (!File.Exists(path))
        {
            var run = VaedaProcess.RunIn(_folder.Path, "convert", weather.Archive, "--onto", weather.Archive, "--model", weather.Model, "--epochs", "1", "--dates", "2", "--members", "2", "--threads", "1", "--out", path);
            Assert.True(run.ExitCode == 0, run.Error);
        }

        return path;
    }
}
