namespace VaeDa.Observations;

/// <summary>
/// Rows that repeat a station's (or a place's) value of a variable are one observation, not several independent ones: the first of
/// them has their mean, and the others are flagged.
/// </summary>
internal static class Repeats
{
    /// <param name="table">Rows flagged already stay as they are.</param>
    /// <param name="atAnyTime">Whether values of different times are one observation too; else only those of the same time.</param>
    /// <returns>The table's rows in their order, and how many of them are averaged with an earlier one, into how many observations.</returns>
    public static (Observation[] Rows, int Averaged, int Into) Averaged(ObservationTable table, bool atAnyTime)
    {
        Observation[] rows = [.. table.Observations];
        var (averaged, into) = (0, 0);
        var groups = Enumerable.Range(0, rows.Length).Where(i => rows[i].Flag is null)
            .GroupBy(i => (rows[i].Station, rows[i].Variable, Time: atAnyTime ? null : rows[i].Time, Place: rows[i].Station is null ? Rounded(rows[i]) : default))
            .SelectMany(g => ByPlace(g, rows));
        foreach (var group in groups.Select(g => g.ToArray()).Where(g => g.Length > 1))
        {
            var first = rows[group[0]];
            double[] errors = [.. group.Select(i => rows[i].Error).OfType<double>()];
            // What the values share, such as what the grid does not resolve, is not less in their mean.
            rows[group[0]] = first with
            {
                Anomaly = Mean([.. group.Select(i => rows[i].Anomaly)]),
                Error = errors.Length == 0 ? null : Mean(errors),
                Value = first.Value is null ? null : Mean([.. group.Select(i => rows[i].Value!.Value)]),
                Climatology = first.Climatology is null ? null : Mean([.. group.Select(i => rows[i].Climatology!.Value)]),
            };
            foreach (var i in group[1..])
            {
                rows[i] = rows[i] with { Flag = RowFlag.Repeat(first.Line == 0 ? $"row {group[0] + 1}" : first.Source is null ? $"line {first.Line}" : $"{first.Source}:{first.Line}") };
            }

            averaged += group.Length - 1;
            into++;
        }

        return (rows, averaged, into);
    }

    /// <summary>Rows of one name by place: sources round the place of a station in their own ways, and give one name to several stations far apart.</summary>
    private static IEnumerable<List<int>> ByPlace(IEnumerable<int> ofOneName, Observation[] rows)
    {
        var places = new List<List<int>>();
        foreach (var i in ofOneName)
        {
            var place = places.Find(p => IsNear(rows[p[0]], rows[i]));
            if (place is null)
            {
                places.Add([i]);
            }
            else
            {
                place.Add(i);
            }
        }

        return places;
    }

    // The rounding to two decimals, in degrees, and as much again.
    private static bool IsNear(Observation a, Observation b) =>
        Math.Abs(a.Latitude - b.Latitude) <= 0.01 && Math.Abs(Math.IEEERemainder(a.Longitude - b.Longitude, 360)) <= 0.01;

    private static (double Latitude, double Longitude) Rounded(Observation o) => (Math.Round(o.Latitude, 3), Math.Round((o.Longitude + 360) % 360, 3));

    // Of equal values the very same.
    private static double Mean(double[] values) => Array.TrueForAll(values, v => v == values[0]) ? values[0] : values.Average();
}
