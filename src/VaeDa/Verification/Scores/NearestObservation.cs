using VaeDa.Fields.Grids;
using VaeDa.Observations;

namespace VaeDa.Verification.Scores;

/// <summary>The field whose every cell has the anomaly of the observation nearest to it: the least that an analysis must beat.</summary>
internal static class NearestObservation
{
    /// <param name="grid">H × W.</param>
    /// <param name="table">Of one time.</param>
    /// <param name="variable">Observations that name another variable are passed over.</param>
    /// <returns>(H, W); 0 when there is no observation.</returns>
    public static float[] Field(Grid grid, ObservationTable table, string variable)
    {
        ArgumentNullException.ThrowIfNull(table);
        var places = Enumerable.Range(0, table.Count).Where(i => (table.Variable[i] ?? variable) == variable)
            .Select(i => (Point: EarthPoint.At(table.Latitude[i], table.Longitude[i]), Anomaly: (float)table.Anomaly[i])).ToArray();
        return Array.ConvertAll(EarthPoint.Of(grid), cell =>
        {
            var (nearest, anomaly) = (double.PositiveInfinity, 0f);
            foreach (var place in places)
            {
                var (x, y, z) = (place.Point.X - cell.X, place.Point.Y - cell.Y, place.Point.Z - cell.Z);
                var distance = x * x + y * y + z * z;
                if (distance < nearest)
                {
                    (nearest, anomaly) = (distance, place.Anomaly);
                }
            }

            return anomaly;
        });
    }
}
