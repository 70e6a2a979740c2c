using System.CommandLine;

namespace VaeDa.Cli;

/// <summary>A command of the user's, with what its help says beside its options.</summary>
/// <param name="name">As it is typed.</param>
/// <param name="description">Whole sentences, at the head of its own help.</param>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>What it does in one line among the other verbs, of at most 65 letters.</summary>
    public abstract string Summary { get; }

    /// <summary>Commands that show its use, each as it is typed.</summary>
    public abstract IReadOnlyList<string> Examples { get; }
}
