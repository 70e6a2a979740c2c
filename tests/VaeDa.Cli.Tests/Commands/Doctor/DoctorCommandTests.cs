using System.Text.Json;

namespace VaeDa.Cli.Tests.Commands.Doctor;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_that_vaeda_needs_is_looked_at_and_an_analysis_is_timed()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "doctor");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] things = ["vaeda", ".NET", "system", "libtorch", "oneDNN", "GPU", "memory", "temporary", "here", "fonts", "model", "analysis"];
        Assert.Equal(things, run.Output.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
        Assert.Matches(@"analysis +1000 observations, 20 members in \d+\.\d s", run.Output);
        Assert.Matches(@"libtorch +2\.10\.\S+, \d+ threads", run.Output);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Without_a_libtorch_that_loads_it_says_so_and_fails()
    {
        var run = VaedaProcess.RunWith(new() { ["VAEDA_LIBTORCH"] = _folder.Path }, _folder.Path, "doctor", "--json");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("vaeda: libtorch: VAEDA_LIBTORCH is", run.Error);
        var findings = JsonDocument.Parse(run.Output).RootElement.GetProperty("findings").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("works").GetBoolean());
        Assert.Equal((false, false, false, true), (findings["libtorch"], findings["model"], findings["analysis"], findings["memory"]));
    }

    [Theory]
    [InlineData("off", 0, "not taken")]
    [InlineData("perhaps", 1, "VAEDA_ONEDNN is 'perhaps'; it may be 'on' or 'off'")]
    public void OneDNN_can_be_put_aside_by_a_variable(string value, int exitCode, string said)
    {
        var run = VaedaProcess.RunWith(new() { ["VAEDA_ONEDNN"] = value }, _folder.Path, "doctor");
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(said, run.Output + run.Error);
    }

    [Fact]
    public void A_temporary_folder_that_is_not_there_and_a_model_that_has_changed_are_told()
    {
        var copy = _folder.File("program");
        Copy(VaedaProcess.BuiltFolder, copy);
        var model = Path.Combine(copy, "models", "speedy-ta.safetensors");
        var bytes = File.ReadAllBytes(model);
        bytes[^1] ^= 1;
        File.Delete(model);
        File.WriteAllBytes(model, bytes);
        var run = VaedaProcess.RunWith(Path.Combine(copy, "vaeda"), new() { ["TMPDIR"] = _folder.File("nowhere") }, _folder.Path, "doctor");
        Assert.Equal(1, run.ExitCode);
        Assert.Matches("vaeda: temporary: .*nowhere", run.Error);
        Assert.Matches("vaeda: model: .*speedy-ta", run.Error);
        Assert.Contains("DOES NOT WORK", run.Output);
    }

    // Large libraries as links.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }

        foreach (var file in Directory.GetFiles(from))
        {
            var place = Path.Combine(to, Path.GetFileName(file));
            if (new FileInfo(file).Length > 1 << 24)
            {
                File.CreateSymbolicLink(place, file);
            }
            else
            {
                File.Copy(file, place);
            }
        }
    }
}
