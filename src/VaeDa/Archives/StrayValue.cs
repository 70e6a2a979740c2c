namespace VaeDa.Archives;

/// <summary>A value far from all others of its variable that comes again, as a code for ice or for a missing value does.</summary>
public sealed record StrayValue
{
    /// <summary>The short name of the variable.</summary>
    public required string Variable { get; init; }

    /// <summary>The value, in the units of the files.</summary>
    public required double Value { get; init; }

    /// <summary>The number of cells that hold it at some time, on the grid of the files.</summary>
    public required int Cells { get; init; }

    /// <summary>Its share of all values, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>The smallest of the other values.</summary>
    public required double LowestOther { get; init; }

    /// <summary>The largest of the other values.</summary>
    public required double HighestOther { get; init; }
}
