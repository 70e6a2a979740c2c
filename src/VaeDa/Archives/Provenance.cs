using System.Reflection;
using System.Runtime.InteropServices;

namespace VaeDa.Archives;

/// <summary>What made an archive.</summary>
public sealed record Provenance
{
    /// <summary>Command line, as typed.</summary>
    public required string Command { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Created { get; init; }

    public required string VaeDa { get; init; }

    public required string Runtime { get; init; }

    public required IReadOnlyList<SourceFile> Sources { get; init; }

    /// <summary>This program's version.</summary>
    public static string Version { get; } = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Provenance Now(string command, IReadOnlyList<SourceFile> sources) => new()
    {
        Command = command,
        Created = DateTime.UtcNow,
        VaeDa = Version,
        Runtime = RuntimeInformation.FrameworkDescription,
        Sources = sources,
    };
}
