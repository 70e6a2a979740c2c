using System.Runtime.InteropServices;

namespace VaeDa.Cli.Tests;

/// <summary>VAEDA_LIBTORCH, with copies of the libtorch that was built with, elsewhere.</summary>
public sealed class InstalledLibtorchTests(Weather weather) : IDisposable
{
    private const string Skip = "another libtorch can be taken on Linux only";

    private readonly TemporaryFolder _folder = new();

    public static bool IsLinux => OperatingSystem.IsLinux();

    public void Dispose() => _folder.Dispose();

    [Fact(Skip = Skip, SkipUnless = nameof(IsLinux))]
    public void It_is_loaded_in_place_of_the_packaged_one()
    {
        var elsewhere = Copy("libc10.so", "libtorch.so", "libtorch_cpu.so", "libgomp-*");
        // glibc tells which libraries it starts.
        var run = VaedaProcess.RunWith(
            new() { ["VAEDA_LIBTORCH"] = elsewhere, ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = _folder.File("loader") },
            _folder.Path, "assimilate", weather.Observations, "--model", weather.Model, "--members", "2", "--threads", "1", "--out", "analysis");
        Assert.Equal(0, run.ExitCode);
        var started = Directory.GetFiles(_folder.Path, "loader.*").SelectMany(File.ReadLines).Where(line => line.Contains("calling init:") && line.Contains("libtorch_cpu.so"));
        Assert.EndsWith(Path.Combine(elsewhere, "libtorch_cpu.so"), Assert.Single(started));
    }

    [Fact(Skip = Skip, SkipUnless = nameof(IsLinux))]
    public void Of_another_version_it_is_refused()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the version is changed in x64 code");
        var elsewhere = Copy("libc10.so", "libtorch.so", "libtorch_cpu.so", "libgomp-*");
        SetMinorVersion(Path.Combine(elsewhere, "libtorch_cpu.so"), from: 10, to: 9);
        Refused(elsewhere, "libtorch is 2.9.0; this version needs 2.10.0");
    }

    [Fact(Skip = Skip, SkipUnless = nameof(IsLinux))]
    public void One_that_does_not_know_its_version_is_refused()
    {
        var elsewhere = Copy("libc10.so");
        File.Move(Path.Combine(elsewhere, "libc10.so"), Path.Combine(elsewhere, "libtorch_cpu.so"));
        Refused(elsewhere, "libtorch is of an older version; this version needs 2.10.0");
    }

    [Fact(Skip = Skip, SkipUnless = nameof(IsLinux))]
    public void A_folder_that_is_not_there_or_holds_none_is_refused()
    {
        Refused(_folder.File("none"), "no libtorch_cpu.so in it");
        var elsewhere = Copy();
        File.WriteAllText(Path.Combine(elsewhere, "libtorch_cpu.so"), "not a library");
        Refused(elsewhere, "cannot be loaded");
    }

    private void Refused(string libtorch, string because)
    {
        var run = VaedaProcess.RunWith(new() { ["VAEDA_LIBTORCH"] = libtorch }, _folder.Path, "assimilate", weather.Observations, "--model", weather.Model, "--out", "analysis");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        var line = Assert.Single(run.Error.TrimEnd().Split('\n'), l => l.StartsWith("vaeda: ", StringComparison.Ordinal));
        Assert.Contains(libtorch, line);
        Assert.Contains(because, line);
        Assert.False(Directory.Exists(_folder.File("analysis")));
    }

    private string Copy(params string[] patterns)
    {
        var folder = Directory.CreateDirectory(_folder.File("lib")).FullName;
        foreach (var file in patterns.SelectMany(pattern => Directory.GetFiles(Path.Combine(VaedaProcess.BuiltFolder, "libtorch"), pattern)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    // The function that tells the version is 'movabs $0x020a000000000000, %rax; ret'.
    private static void SetMinorVersion(string library, byte from, byte to)
    {
        var code = File.ReadAllBytes(library);
        var at = code.AsSpan().IndexOf(new byte[] { 0x48, 0xb8, 0, 0, 0, 0, 0, 0, from, 2, 0xc3 });
        Assert.True(at > 0);
        using var file = File.OpenWrite(library);
        file.Position = at + 8;
        file.WriteByte(to);
    }
}
