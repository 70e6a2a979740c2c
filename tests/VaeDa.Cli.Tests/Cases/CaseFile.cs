using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaeDa.Cli.Tests.Cases;

/// <summary>The <c>expected.json</c> of a case: inputs that once went wrong, and what is right. The README of the cases explains its keys.</summary>
internal sealed record CaseFile(string Case, string About, string[] ReportedFor, string TodayIs, Check[] Checks)
{
    private const string Name = "expected.json";

    // A key that is not read would be a claim that nobody checks.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static IEnumerable<CaseFile> ReadAll() =>
        from folder in Directory.EnumerateDirectories(SharedData.Cases)
        where File.Exists(Path.Combine(folder, Name))
        orderby folder
        select Read(Path.GetFileName(folder));

    public static CaseFile Read(string folder) => JsonSerializer.Deserialize<CaseFile>(File.ReadAllText(SharedData.Case(folder, Name)), Options)!;

    /// <summary>The files that the commands of a check begin with.</summary>
    public void CopyTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SharedData.Cases, Case)).Where(file => Path.GetFileName(file) != Name))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}

/// <param name="Commands">Run one after the other; all but the last end with 0.</param>
/// <param name="Right">Of the last command.</param>
/// <param name="AlsoRight">Another outcome that is good enough.</param>
/// <param name="Today">What the version did that the case was found with.</param>
/// <param name="Control">Whether that was right.</param>
internal sealed record Check(
    string Name, string[] Commands, Outcome Right, JsonElement Today, Outcome? AlsoRight = null, bool Control = false,
    GeneratedFile[]? Generate = null, Interruption? Interrupt = null, Guard? Guard = null)
{
    public bool IsSlow => Right.Cost is not null || Array.Exists(Commands, command => command.StartsWith("train ", StringComparison.Ordinal));
}

/// <summary>A signal for one command of a check, which must end by it.</summary>
internal sealed record Interruption(int Command, string Signal, string AfterLineThatStarts, int ExitCode);

/// <summary>Where to end a command that would take the machine down.</summary>
internal sealed record Guard(int EndAfterSeconds = 300, int EndBeyondMegabytes = 8000);
