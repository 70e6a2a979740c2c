using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>
/// Rows that repeat a station's (or a place's) value of a variable are one observation, not several independent ones: the first of
/// them has their mean, and the others are flagged.
/// </summary>
internal static class Repeats
{
    // What rounding to two decimals does at most, in degrees.
    private const double SamePlace = 0.0051;

    /// <param name="table">Rows flagged already stay as they are.</param>
    /// <param name="atAnyTime">Whether values of different times are one observation too; else only those of the same time.</param>
    /// <returns>The table's rows in their order, and how many of them are averaged with an earlier one, into how many observations.</returns>
    public static (IEnumerable<Observation> Rows, int Averaged, int Into) Averaged(ObservationTable table, bool atAnyTime)
    {
        var rows = table.Observations;
        var suspects = Suspects();
        var groups = Enumerable.Range(0, rows.Count).Where(i => rows[i].Flag is null && suspects.Contains(Key(i).GetHashCode()))
            .GroupBy(Key)
            .SelectMany(g => g.Skip(1).Any() ? ByPlace(g, rows) : [])
            .Where(g => g.Count > 1).ToList();
        var groupOf = new Dictionary<int, List<int>>(groups.SelectMany(group => group.Select(i => KeyValuePair.Create(i, group))));
        return (groups.Count == 0 ? rows : rows.Select((row, i) => groupOf.TryGetValue(i, out var group) ? InGroup(i, row, group) : row), groupOf.Count - groups.Count, groups.Count);

        Observation InGroup(int i, Observation row, List<int> group)
        {
            var first = rows[group[0]];
            if (i != group[0])
            {
                return row with { Flag = RowFlag.Repeat(first.Line == 0 ? $"row {group[0] + 1}" : first.Source is null ? $"line {first.Line}" : $"{first.Source}:{first.Line}") };
            }

            double[] errors = [.. group.Select(j => rows[j].Error).OfType<double>()];
            // What the values share, such as what the grid does not resolve, is not less in their mean.
            return first with
            {
                Anomaly = Mean([.. group.Select(j => rows[j].Anomaly)]),
                Error = errors.Length == 0 ? null : Mean(errors),
                Value = first.Value is null ? null : Mean([.. group.Select(j => rows[j].Value!.Value)]),
                Climatology = first.Climatology is null ? null : Mean([.. group.Select(j => rows[j].Climatology!.Value)]),
            };
        }

        (string? Station, string? Variable, DateTime? Time, (double, double) Place) Key(int i) =>
            (rows[i].Station, rows[i].Variable, atAnyTime ? null : rows[i].Time, rows[i].Station is null ? Rounded(rows[i]) : default);

        // Most rows are no repeats, and groups of a million rows take hundreds of megabytes: a number for each row tells which may be some.
        HashSet<int> Suspects()
        {
            var (seen, twice) = (new HashSet<int>(), new HashSet<int>());
            for (var i = 0; i < rows.Count; i++)
            {
                var number = Key(i).GetHashCode();
                if (rows[i].Flag is null && !seen.Add(number))
                {
                    twice.Add(number);
                }
            }

            return twice;
        }
    }

    /// <summary>Of rows of the same time, in words.</summary>
    public static string Note(long averaged, long into) =>
        $"{averaged} rows repeat station (or place) and time of others: they are averaged with these and count once ({averaged + into} rows, {into} observations)";

    /// <summary>
    /// Rows of one name by place, in their order: sources round the place of a station in their own ways, and give one name to several
    /// stations far apart.
    /// </summary>
    private static List<List<int>> ByPlace(IEnumerable<int> ofOneName, IReadOnlyList<Observation> rows)
    {
        var places = new List<List<int>>();
        // Boxes as wide as places of one station lie apart: they are in the same one or in neighbours.
        var inBox = new Dictionary<(int, int), List<List<int>>>();
        foreach (var i in ofOneName)
        {
            var box = ((int)Math.Floor(rows[i].Latitude / SamePlace), (int)Math.Floor((rows[i].Longitude + 360) % 360 / SamePlace));
            var near = from y in Enumerable.Range(box.Item1 - 1, 3)
                       from x in Enumerable.Range(box.Item2 - 1, 3)
                       from other in inBox.GetValueOrDefault((y, x), [])
                       where IsNear(rows[other[0]], rows[i])
                       select other;
            if (near.FirstOrDefault() is { } place)
            {
                place.Add(i);
                continue;
            }

            places.Add([i]);
            inBox.TryAdd(box, []);
            inBox[box].Add(places[^1]);
        }

        return places;
    }

    private static bool IsNear(Observation a, Observation b) =>
        Math.Abs(a.Latitude - b.Latitude) <= SamePlace && Math.Abs(Math.IEEERemainder(a.Longitude - b.Longitude, 360)) <= SamePlace;

    private static (double Latitude, double Longitude) Rounded(Observation o) => (Math.Round(o.Latitude, 3), Math.Round((o.Longitude + 360) % 360, 3));

    // Of equal values the very same.
    private static double Mean(double[] values) => Array.TrueForAll(values, v => v == values[0]) ? values[0] : values.Average();
}
