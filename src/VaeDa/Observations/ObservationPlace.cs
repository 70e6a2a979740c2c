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
}
