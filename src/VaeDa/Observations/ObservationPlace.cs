using VaeDa.Fields.Grids;

namespace VaeDa.Observations;

/// <summary>Where an observation was made, and of which variable.</summary>
internal readonly record struct ObservationPlace(EarthPoint Point, int Variable)
{
    /// <summary>Of the observations that an operator accepted (n).</summary>
    /// <param name="table">The observations.</param>
    /// <param name="h">Of the table.</param>
    /// <param name="names">The model's variables, in order; an observation that names none is of the first.</param>
    public static ObservationPlace[] Of(ObservationTable table, ObservationOperator h, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(h);
        var order = names.ToList();
        return [.. h.Accepted.Select(i => new ObservationPlace(
            EarthPoint.At(table.Latitude[i], table.Longitude[i]), table.Variable[i] is { } name ? order.IndexOf(name) : 0))];
    }

    /// <summary>
    /// A key for each of some places, to the metre, whatever the order that they stand in; observations of the same variable at the same
    /// place have different ones, in their order.
    /// </summary>
    public static ulong[] Keys(IReadOnlyList<ObservationPlace> places)
    {
        var taken = new HashSet<ulong>();
        var keys = new ulong[places.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var key = (ulong)places[i].Variable;
            foreach (var coordinate in (double[])[places[i].Point.X, places[i].Point.Y, places[i].Point.Z])
            {
                key = SplitMix64.Mix(key + SplitMix64.Step + (ulong)(long)Math.Round(1000 * coordinate));
            }

            while (!taken.Add(key))
            {
                key = SplitMix64.Mix(key + SplitMix64.Step);
            }

            keys[i] = key;
        }

        return keys;
    }
}
