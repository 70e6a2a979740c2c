namespace VaeDa.Files;

/// <summary>
/// A table as text, whatever it was read from, so that one parser with one set of messages serves every source. Numbers
/// are formatted so that they parse to the same bits.
/// </summary>
/// <param name="Source">What it is called in messages.</param>
/// <param name="Names">Of the columns.</param>
/// <param name="Rows">Of a file read anew whenever they are enumerated, so that memory never holds all of them.</param>
internal sealed record TextTable(string Source, string[] Names, IEnumerable<TextRow> Rows)
{
    /// <summary>What is wrong with a row that has not the header's number of cells; null if it has.</summary>
    public string? Unevenness(TextRow row) => row.Cells.Length == Names.Length ? null : $"{row.Cells.Length} cells in the row; the header has {Names.Length}";

    /// <summary>Whether the values are absolute, where the format says so; null where it does not.</summary>
    public bool? IsAbsolute { get; init; }

    /// <summary>What is to be said of the file, a sentence; null if nothing is.</summary>
    public string? Note { get; init; }

    /// <summary>How many of the file's rows are not among <see cref="Rows"/>, for the reason that the note says.</summary>
    public int Unused { get; init; }

    // What people take for a table and is none, by its first bytes.
    private static readonly (byte[] Magic, string What)[] Others =
    [
        ([.. "PK\u0003\u0004"u8], "a zip archive or a spreadsheet; unpack it, or save it as CSV"),
        ([.. "BZh"u8], "compressed by bzip2; unpack it, or compress it by gzip"),
        ([0xFD, .. "7zXZ"u8], "compressed by xz; unpack it, or compress it by gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd; unpack it, or compress it by gzip"),
        ([0x89, .. "HDF"u8], "netCDF or HDF5; a table is CSV or Parquet"),
        ([.. "CDF"u8], "netCDF; a table is CSV or Parquet"),
    ];

    /// <summary>Reads Parquet, known by its magic bytes, or CSV separated by comma, semicolon or tab; either may be compressed by gzip.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isWanted">By name, which columns of a Parquet file are decoded: the cells of the others are empty, whatever kind they are of.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is no table.</exception>
    public static TextTable Read(string path, Func<string, bool> isWanted)
    {
        return Read(path, new Unpacked(path), isWanted);
    }

    /// <summary>Of a file whose bytes are there.</summary>
    internal static TextTable Read(string path, Unpacked bytes, Func<string, bool> isWanted)
    {
        var known = bytes.First(8);
        if (known.AsSpan().StartsWith("PAR1"u8))
        {
            return ParquetTable.Read(path, bytes.Open, isWanted);
        }

        foreach (var (magic, what) in Others)
        {
            if (known.AsSpan().StartsWith(magic))
            {
                throw new InvalidInputException($"{path}: not a table: it is {what}");
            }
        }

        return CsvTable.Read(path, bytes.Open);
    }
}
