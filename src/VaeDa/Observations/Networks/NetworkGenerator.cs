using System.Globalization;
using VaeDa.Fields.Grids;

namespace VaeDa.Observations.Networks;

/// <summary>
/// Networks like those of history, by a rule that needs no data but the coasts. Each place in turn: on land for the
/// first Count × LandFraction, else at sea; with the scattered fraction's chance anywhere, uniform by area; else on land
/// about a region's centre (Gaussian in distance), at sea about a point of a ship lane, each drawn by its weight to the
/// power of the concentration. A draw is repeated until it is on land or at sea as it must be, not too near a pole and
/// not too near an earlier place. Positions are rounded to 0.01° first, so that the rounded ones obey.
/// </summary>
public static class NetworkGenerator
{
    private const double LaneWidth = 150; // km, standard deviation across
    private const int DrawsForEachPlace = 10_000;

    /// <summary>Makes a network. The same spec gives the same network on every machine.</summary>
    /// <param name="spec">What network to make.</param>
    /// <returns>The network: places on land first, named land-0001 and so on, then those at sea, named ship-0001 and so on.</returns>
    /// <exception cref="InvalidInputException">The spec is out of range, or leaves no room for so many places.</exception>
    public static Network Generate(NetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validated();
        var random = new Random(spec.Seed);
        var regions = Cumulative(StationRegion.All.Select(r => Math.Pow(r.Weight, spec.Concentration)));
        var lanes = Cumulative(ShipLane.All.Select(l => Math.Pow(l.Weight, spec.Concentration)));
        var onLand = (int)Math.Round(spec.Count * spec.LandFraction);
        var places = new List<NetworkPlace>(spec.Count);
        for (var i = 0; i < spec.Count; i++)
        {
            var land = i < onLand;
            var (latitude, longitude) = Draw(() =>
                random.NextDouble() < spec.ScatteredFraction ? Anywhere(random)
                : land ? About(random, StationRegion.All[Pick(random, regions)])
                : About(random, ShipLane.All[Pick(random, lanes)]), spec, land, places);
            var number = land ? i + 1 : i + 1 - onLand;
            places.Add(new NetworkPlace(latitude, longitude) { Station = string.Create(CultureInfo.InvariantCulture, $"{(land ? "land" : "ship")}-{number:0000}") });
        }

        return new Network([.. places]);
    }

    private static (double Latitude, double Longitude) Draw(
        Func<(double Latitude, double Longitude)> draw, NetworkSpec spec, bool land, List<NetworkPlace> places)
    {
        for (var attempt = 0; attempt < DrawsForEachPlace; attempt++)
        {
            var drawn = draw();
            var (latitude, longitude) = (Math.Round(drawn.Latitude, 2), Math.Round(drawn.Longitude, 2));
            if (Math.Abs(latitude) <= spec.HighestLatitude
                && Land.NaturalEarth.Contains(latitude, longitude) == land
                && places.TrueForAll(p => GreatCircle.Distance(latitude, longitude, p.Latitude, p.Longitude) >= spec.LeastDistance))
            {
                return (latitude, longitude);
            }
        }

        throw new InvalidInputException(FormattableString.Invariant(
            $"network: no room for {spec.Count} places {spec.LeastDistance} km apart; {places.Count} have been placed"));
    }

    private static (double Latitude, double Longitude) Anywhere(Random random) =>
        (Math.Asin(2 * random.NextDouble() - 1) * 180 / Math.PI, random.NextDouble() * 360 - 180);

    private static (double Latitude, double Longitude) About(Random random, StationRegion region) =>
        About(random, region.Latitude, region.Longitude, region.Radius);

    private static (double Latitude, double Longitude) About(Random random, ShipLane lane)
    {
        var legs = lane.Course.Zip(lane.Course.Skip(1), (from, to) =>
            (From: from, To: to, Length: GreatCircle.Distance(from.Latitude, from.Longitude, to.Latitude, to.Longitude))).ToArray();
        var (start, end, length) = legs[Pick(random, Cumulative(legs.Select(l => l.Length)))];
        var course = GreatCircle.Course(start.Latitude, start.Longitude, end.Latitude, end.Longitude);
        var reached = GreatCircle.Destination(start.Latitude, start.Longitude, course, random.NextDouble() * length);
        return About(random, reached.Latitude, reached.Longitude, LaneWidth);
    }

    private static (double Latitude, double Longitude) About(Random random, double latitude, double longitude, double radius)
    {
        var distance = radius * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return GreatCircle.Destination(latitude, longitude, random.NextDouble() * 360, distance);
    }

    private static double[] Cumulative(IEnumerable<double> weights)
    {
        double sum = 0;
        return [.. weights.Select(w => sum += w)];
    }

    private static int Pick(Random random, double[] cumulative)
    {
        var drawn = random.NextDouble() * cumulative[^1];
        return Array.FindIndex(cumulative, c => drawn < c);
    }
}
