namespace VaeDa.Model;

/// <summary>Where a model came from, so that it can be made again.</summary>
public sealed record ModelProvenance
{
    /// <summary>The command line that made it.</summary>
    public required string Command { get; init; }

    public required long Seed { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Created { get; init; }

    /// <summary>Of this toolkit, TorchSharp and libtorch.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>The training fields in words: files, period, number.</summary>
    public required string Training { get; init; }

    /// <summary>The fields that chose the epoch and on which the generator's error was measured.</summary>
    public required string Validation { get; init; }
}
