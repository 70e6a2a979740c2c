using VaeDa.Fields.Grids;

namespace VaeDa.Reanalysis.Stations;

/// <summary>
/// Tells echoes from breaks. A station with an offset is among those that its neighbours are predicted from, so that these seem to have a smaller one of the
/// other sign, at the same time.
/// </summary>
internal static class Echoes
{
    private const int Neighbours = 10;
    private const double MostOfSource = 0.75;
    private static readonly TimeSpan Apart = TimeSpan.FromDays(30);

    /// <summary>The same parts, those that are echoes marked as such.</summary>
    /// <param name="parts">Of all stations.</param>
    public static IReadOnlyList<StationBreak> Marked(IReadOnlyList<StationBreak> parts)
    {
        var result = parts.ToArray();
        var places = parts.GroupBy(p => (p.Station, p.Variable)).Select(g => (g.Key.Station, g.Key.Variable, Place: PlaceOf(g.First()))).ToList();
        var sources = new List<StationBreak>();
        // The largest first: an echo is no source.
        foreach (var i in Enumerable.Range(0, parts.Count).Where(i => parts[i].Kind is BreakKind.Jump or BreakKind.Episode or BreakKind.Drift).OrderByDescending(i => Size(parts[i])))
        {
            var part = parts[i];
            var likely = sources.Where(s => s.Variable == part.Variable && Size(part) < MostOfSource * Size(s) && Sign(part) != Sign(s) && AreTogether(part, s)).ToList();
            if (likely.Count > 0 && likely.Exists(IsNear))
            {
                result[i] = part with { Kind = BreakKind.Echo };
            }
            else
            {
                sources.Add(part);
            }

            bool IsNear(StationBreak source)
            {
                var (place, distance) = (PlaceOf(part), PlaceOf(part).Chord(PlaceOf(source)));
                return places.Count(p => p.Variable == part.Variable && p.Station != part.Station && p.Place.Chord(place) < distance) < Neighbours;
            }
        }

        return result;
    }

    // A record's own beginning or end is together with another's.
    private static bool AreTogether(StationBreak a, StationBreak b) => (a.From - b.From).Duration() <= Apart && (a.To - b.To).Duration() <= Apart;

    private static EarthPoint PlaceOf(StationBreak part) => EarthPoint.At(part.Latitude, part.Longitude);

    private static double Size(StationBreak part) => Math.Max(Math.Abs(part.Offset), Math.Abs(part.Change) / 2);

    private static int Sign(StationBreak part) => Math.Sign(Math.Abs(part.Offset) >= Math.Abs(part.Change) / 2 ? part.Offset : part.Change);
}
