namespace VaeDa.Cli;

/// <summary>The library's option, with what help and completion know of it. In this project it stands before that one by its name.</summary>
/// <param name="name">With two dashes.</param>
/// <param name="aliases">Others, such as <c>-m</c>.</param>
internal sealed class Option<T>(string name, params string[] aliases) : System.CommandLine.Option<T>(name, aliases), IPlaced
{
    /// <inheritdoc/>
    public OptionGroup? Group { get; init; }

    /// <inheritdoc/>
    public bool IsPath { get; init; }
}

/// <summary>What help and completion know of an option.</summary>
internal interface IPlaced
{
    /// <summary>The heading that it stands under; null: it has none, and a test says so.</summary>
    OptionGroup? Group { get; }

    /// <summary>Whether it takes files or folders, beside what its completions name.</summary>
    bool IsPath { get; }
}
