using System.Diagnostics;
using System.Text.Json;

namespace VaeDa.Cli.Tests.Browser;

/// <summary>The system's Chromium without a screen, driven by <c>look.mjs</c> as a person would.</summary>
public static class Chromium
{
    private static readonly string Folder = Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Cli.Tests/Browser");

    private static readonly string? Program = Find("chromium", "chromium-browser", "google-chrome");
    private static readonly string? Node = Find("node", "nodejs");

    /// <summary>Skips the test, and says why, where the browser or what drives it is not there.</summary>
    public static void Require()
    {
        Assert.SkipWhen(Program is null, "there is no Chromium here (Debian: chromium)");
        Assert.SkipWhen(Node is null, "there is no Node here (Debian: nodejs)");
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules/playwright-core")), "playwright-core is not installed ('npm ci' in tests/VaeDa.Cli.Tests/Browser)");
    }

    /// <summary>Opens a page and does what it is told.</summary>
    /// <param name="page">The file.</param>
    /// <param name="width">Of the window, pixels.</param>
    /// <param name="steps">Each a name and its arguments, as <c>look.mjs</c> has them.</param>
    public static Seen Look(string page, int width, params object[][] steps)
    {
        var start = new ProcessStartInfo(Node!, [Path.Combine(Folder, "look.mjs"), Program!, page, $"{width}", "800"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(steps));
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, error.Result);
        return JsonSerializer.Deserialize<Seen>(output.Result, JsonSerializerOptions.Web)!;
    }

    private static string? Find(params string[] names) => OperatingSystem.IsWindows() ? null : (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')
        .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>What was to be seen.</summary>
    /// <param name="Complaints">Errors and warnings of the console, and dialogs.</param>
    /// <param name="Requests">To any network.</param>
    /// <param name="Answers">Of each step; null of those that only do.</param>
    public sealed record Seen(string[] Complaints, string[] Requests, JsonElement[] Answers)
    {
        public string Text(int step) => Answers[step].GetString()!;

        public string[] Texts(int step) => [.. Answers[step].EnumerateArray().Select(text => text.GetString()!)];
    }
}
