namespace VaeDa.Reanalysis;

/// <summary>A share of a reanalysis's blocks: one of several runs, on one machine or many, that write into the same folder.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Count">How many runs there are.</param>
public sealed record Shard(int Number, int Count)
{
    /// <summary>The only run there is.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Whether a block is this run's: each run has every n-th, so that all have about as much to do.</summary>
    /// <param name="block">The number of the block in the order of time, from 0.</param>
    /// <returns>True for exactly one of the runs.</returns>
    public bool Owns(int block) => block % Count == Number - 1;

    /// <summary>Checks that there are so many runs.</summary>
    /// <returns>The same share.</returns>
    /// <exception cref="InvalidInputException">The number is not among 1…<see cref="Count"/>.</exception>
    public Shard Validated() => Count >= 1 && Number >= 1 && Number <= Count
        ? this
        : throw new InvalidInputException($"shard {Number} of {Count}: the first number must be 1 or more, and no more than the second") { Setting = nameof(Shard) };

    /// <inheritdoc/>
    public override string ToString() => $"{Number}-of-{Count}";
}
