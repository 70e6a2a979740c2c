namespace VaeDa.Archives;

/// <summary>The cells of one variable whose value is the same in every field, as a lost fill value is, or a code for ice or land.</summary>
public sealed record ConstantCells
{
    /// <summary>The short name of the variable.</summary>
    public required string Variable { get; init; }

    /// <summary>The number of such cells, on the grid of the files.</summary>
    public required int Cells { get; init; }

    /// <summary>Their share of all cells, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>The values that they hold: five at most, those beyond the values of all other cells first, then those of most cells.</summary>
    public required IReadOnlyList<ConstantValue> Values { get; init; }
}

/// <summary>A value that some cells hold in every field.</summary>
public sealed record ConstantValue
{
    /// <summary>The value, in the units of the files.</summary>
    public required double Value { get; init; }

    /// <summary>The number of the cells that hold it.</summary>
    public required int Cells { get; init; }

    /// <summary>The latitude of the first of them, from the north and the west, degrees north.</summary>
    public required double Latitude { get; init; }

    /// <summary>The longitude of the first of them, degrees east.</summary>
    public required double Longitude { get; init; }

    /// <summary>Whether it is below or above all values of the cells that vary, and so may be no value at all.</summary>
    public required bool IsBeyondOthers { get; init; }
}
