using System.Globalization;
using System.Text.RegularExpressions;
using VaeDa.Results;

namespace VaeDa.Cli.Tests;

/// <summary>
/// The program of docs/library.md, as a stranger gets it to run: the core packed, referenced from a new project in a folder
/// of its own, built, and started as its own process.
/// </summary>
[Trait("Set", "CI")]
public sealed partial class LibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)]
    public void The_documented_program_runs_against_the_package_and_says_what_the_executable_finds()
    {
        var (model, observations) = (Bundled("models/speedy-ta.safetensors"), Bundled("data/observations/sparse.csv"));
        var program = BuildProgram();
        var run = Dotnet(program, Path.Combine(program, "bin/Release/net10.0/program.dll"), model, observations);
        Assert.True(run.ExitCode == 0, run.Error);
        // libtorch was started with the settings that the executable starts it with.
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("GOMP_SPINCOUNT = '1000'", run.Error);
        }

        // Two libtorchs in a process would be none; TorchSharp finds this one by itself.
        var refused = DotnetWith(new() { ["VAEDA_LIBTORCH"] = _folder.Path }, program, Path.Combine(program, "bin/Release/net10.0/program.dll"), model, observations);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("unset the variable", refused.Error);

        var made = VaedaProcess.RunIn(_folder.Path, "assimilate", observations, "--model", model, "--out", "analysis");
        Assert.True(made.ExitCode == 0, made.Error);
        var analysis = AnalysisFiles.Read(_folder.File("analysis"));
        var (bern, ta) = (analysis.At(46.95, 7.45), analysis["ta"]);
        var warmest = Array.IndexOf(ta.Mean, ta.Mean.Max());
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal(["2000-01-15 12:00: 100 observations, chi-square per observation ", "Bern: ", "warmest: "], lines.Select(line => Number().Split(line, 2)[0]));
        Assert.Equal(analysis.Diagnostics.ChiSquare, Numbers(lines[0])[^1], 0.011);
        Close([bern.Mean, bern.Spread], Numbers(lines[1]));
        Close([ta.Mean[warmest], ta.Spread[warmest], ta.Grid.LatitudeOf(warmest), ta.Grid.LongitudeOf(warmest)], Numbers(lines[2]), 0.06);
        Assert.Contains("K", lines[1]);
        // And what the page says that it prints.
        Assert.Contains(run.Output.ReplaceLineEndings("\n").Trim(), File.ReadAllText(Bundled("docs/library.md")));
    }

    private string BuildProgram()
    {
        var root = SharedData.RepositoryRoot;
        // Elsewhere than in the repository's own folders, which other tests use meanwhile.
        Done(Dotnet(root, "pack", "src/VaeDa", "-c", "Release", "-o", _folder.File("feed"), "--artifacts-path", _folder.File("artifacts")));
        var program = _folder.File("program");
        Done(Dotnet(_folder.Path, "new", "console", "-o", program, "--no-restore"));
        var code = CodeBlock().Match(File.ReadAllText(Bundled("docs/library.md"))).Groups[1].Value;
        Assert.InRange(code.Split('\n').Length, 10, 25);
        File.WriteAllText(Path.Combine(program, "Program.cs"), code);
        // The package alone is unpacked anew: half a gigabyte of libtorch is where it was.
        var packages = Dotnet(root, "nuget", "locals", "global-packages", "--list").Output.Trim().Split(": ", 2)[1];
        File.WriteAllText(Path.Combine(program, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.File("packages")}" /></config>
              <packageSources><add key="vaeda" value="{_folder.File("feed")}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{packages}" /></fallbackPackageFolders>
            </configuration>
            """);
        Done(Dotnet(program, "add", "package", "VaeDa.Core"));
        Done(Dotnet(program, "build", "-c", "Release"));
        Assert.Equal(["vaeda.core"], Directory.GetDirectories(_folder.File("packages")).Select(Path.GetFileName));
        return program;
    }

    private static void Done(VaedaProcess run) => Assert.True(run.ExitCode == 0, run.Output + run.Error);

    private static void Close(double[] expected, double[] found, double tolerance = 0.011)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static string Bundled(string path) => Path.Combine(SharedData.RepositoryRoot, path);

    private static VaedaProcess Dotnet(string folder, params string[] arguments) => DotnetWith([], folder, arguments);

    private static VaedaProcess DotnetWith(Dictionary<string, string> more, string folder, params string[] arguments)
    {
        // What the test's own build set in the environment is not a stranger's.
        Dictionary<string, string?> environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToDictionary(name => name, _ => (string?)null);
        environment["DOTNET_NOLOGO"] = "1";
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        // In place of a gigabyte of copies.
        environment["CreateHardLinksForCopyFilesToOutputDirectoryIfPossible"] = "true";
        environment["OMP_DISPLAY_ENV"] = "verbose";
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return VaedaProcess.RunWith("dotnet", environment, folder, arguments);
    }

    private static double[] Numbers(string line) => [.. Number().Matches(line).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"-?\d+\.\d+")]
    private static partial Regex Number();
}
