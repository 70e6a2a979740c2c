namespace VaeDa.Observations;

/// <summary>
/// One station in so many, by a hash of the station's name, so that a station is chosen at all times or at none, on every
/// machine and whatever else is in the file: those that a validation withholds, or the few that an analysis makes do with.
/// </summary>
public static class WithheldStations
{
    /// <summary>Which rows of a table are of the chosen stations.</summary>
    /// <param name="table">The observations; where they name no station, their place counts as one.</param>
    /// <param name="oneIn">How many stations there are to each that is chosen, about; at least 2.</param>
    /// <returns>For each row of the table whether its station is chosen.</returns>
    public static bool[] Of(ObservationTable table, int oneIn)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. Enumerable.Range(0, table.Count).Select(row => Hash(NameOf(table, row)) % (uint)oneIn == 0)];
    }

    /// <summary>The station of a row; its place, where the table names none.</summary>
    internal static string NameOf(ObservationTable table, int row)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table.Station[row] ?? FormattableString.Invariant($"{table.Latitude[row]:0.###},{table.Longitude[row]:0.###}");
    }

    /// <summary>FNV-1a (Fowler, Noll and Vo), its high bits mixed into the low ones: numbered stations differ in their last digits.</summary>
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 16777619;
        }

        hash = (hash ^ (hash >> 15)) * 0x2c1b3c6d;
        return hash ^ (hash >> 12);
    }
}
