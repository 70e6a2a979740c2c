namespace VaeDa.Plotting.Pages;

/// <summary>A number at the head of a page, with what it means.</summary>
/// <param name="Label">In a few words.</param>
/// <param name="Value">With its unit.</param>
/// <param name="Note">In smaller letters; null for none.</param>
public sealed record PageFact(string Label, string Value, string? Note = null);

/// <summary>A table that can be sorted by any of its columns.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Columns">From the left.</param>
/// <param name="Rows">With a value for each column: text or a number.</param>
/// <param name="Note">What the columns mean; null for nothing.</param>
public sealed record PageTable(string Title, IReadOnlyList<PageColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, string? Note = null);

/// <summary>A column of a table.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Digits">Of its numbers after the point; null for texts and for numbers as they are.</param>
/// <param name="Hint">What it means; null for nothing.</param>
public sealed record PageColumn(string Title, int? Digits = null, string? Hint = null);

/// <summary>Lines, bands and bars over one pair of axes.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Alternative">What is to be seen, in words, for those who cannot see it.</param>
/// <param name="XTitle">With its unit.</param>
/// <param name="YTitle">With its unit.</param>
/// <param name="Lines">Drawn in their order.</param>
/// <param name="Note">How it is read; null for nothing.</param>
public sealed record PageChart(string Title, string Alternative, string XTitle, string YTitle, IReadOnlyList<PageLine> Lines, string? Note = null)
{
    /// <summary>The section that it stands in, which has its name as heading.</summary>
    public required string Section { get; init; }

    /// <summary>Whether the vertical axis begins at 0.</summary>
    public bool FromZero { get; init; }
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="X">Numbers, or times as ISO 8601 has them (N).</param>
/// <param name="Y">NaN leaves a gap (N).</param>
public sealed record PageLine(string Name, IReadOnlyList<object> X, IReadOnlyList<double> Y)
{
    /// <summary>How it is drawn.</summary>
    public PageLineKind Kind { get; init; }

    /// <summary>Whether it is what the others are compared with: grey and dashed.</summary>
    public bool IsReference { get; init; }
}

/// <summary>How the values of a line are drawn.</summary>
public enum PageLineKind
{
    /// <summary>Joined.</summary>
    Line,

    /// <summary>Joined, with a dot at each.</summary>
    Dotted,

    /// <summary>As bars.</summary>
    Bars,
}

/// <summary>What made what the page shows.</summary>
/// <param name="Commands">The command lines, the newest first, each with its time where it is known.</param>
/// <param name="Rows">Names and values: versions, inputs, seed.</param>
public sealed record PageProvenance(IReadOnlyList<string> Commands, IReadOnlyList<KeyValuePair<string, string>> Rows);
