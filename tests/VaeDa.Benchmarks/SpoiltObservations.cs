using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Benchmarks;

/// <summary>Observations of the bundled sample's 15 January 2000, a share of them made wrong in one of the ways in which real ones are.</summary>
/// <param name="Table">As an observer would give it: no value repeats, so that none is known by that.</param>
/// <param name="Altered">Which rows were touched (n).</param>
/// <param name="Wrong">Those of them that are further from the truth at their place than errors of observation reach (n).</param>
internal sealed record SpoiltObservations(ObservationTable Table, bool[] Altered, bool[] Wrong)
{
    private const double Error = 0.5; // K, of the good ones
    private const double WrongBeyond = 6 * Error;
    private const int InCluster = 10;

    /// <summary>Ways to be wrong, by name.</summary>
    public static readonly string[] Kinds = ["uniform", "deviations", "sign", "place", "fahrenheit", "clusters"];

    /// <param name="count">n: up to 3,000 of the dense network's; more are spread evenly over the globe.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="share">0…1, of rows that are altered.</param>
    public static SpoiltObservations Of(int count, string kind, double share)
    {
        using var archive = AnomalyArchive.Open(Path.Combine(Machine.RepositoryRoot, "data", "sample"));
        var time = TimePeriod.Parse("2000-01-15").IndexIn(archive.Times);
        var field = new float[archive.Grid.Cells]; // (H, W)
        archive.Read(time, field);
        var random = new Random(1);
        Observation[] good = [.. (count > FullSize.Observations.Count ? Everywhere() : FullSize.Observations).Observations];
        random.Shuffle(good);
        good = good[..count];
        var rows = ((Observation[])good.Clone()).AsSpan();
        var altered = new bool[count];
        foreach (var i in kind == "clusters" ? Clusters(good, share, random) : Enumerable.Range(0, (int)Math.Round(share * count)).Select(i => (Row: i, Shift: 0.0)))
        {
            altered[i.Row] = true;
            rows[i.Row] = Spoilt(good[i.Row], kind, i.Shift, random);
        }

        var table = new ObservationTable(rows.ToArray());
        var truth = new ObservationOperator(archive.Grid, [archive.Variables[0].Name], table).Apply(field);
        return new SpoiltObservations(table, altered, [.. Enumerable.Range(0, count).Select(i => altered[i] && Math.Abs(table.Anomaly[i] - truth[i]) > WrongBeyond)]);

        ObservationTable Everywhere()
        {
            // A spiral from pole to pole.
            var places = Enumerable.Range(0, count).Select(i => new NetworkPlace(Math.Asin(1 - (2 * i + 1.0) / count) * 180 / Math.PI, i * 222.4922 % 360));
            var spec = new PseudoObservationSpec { Errors = new Dictionary<string, double> { [archive.Variables[0].Name] = Error }, Seed = 1, Time = archive.Times[time] };
            return PseudoObservations.Make(field, archive.Grid, [archive.Variables[0].Name], new Network([.. places]), spec).Table;
        }
    }

    /// <summary>The rows that are good.</summary>
    public SpoiltObservations Untouched()
    {
        int[] rows = [.. Enumerable.Range(0, Table.Count).Where(i => !Altered[i])];
        return new SpoiltObservations(Table.Select(rows), new bool[rows.Length], new bool[rows.Length]);
    }

    private static Observation Spoilt(Observation o, string kind, double shift, Random random) => kind switch
    {
        "uniform" => o with { Anomaly = Math.Round(-50 + 100 * random.NextDouble(), 4) },
        "deviations" => o with { Anomaly = Math.Round(o.Anomaly + (random.Next(2) == 0 ? -1 : 1) * Error * (5 + 15 * random.NextDouble()), 4) },
        "sign" => o with { Anomaly = -o.Anomaly },
        // Latitude and longitude exchanged; where that is no place, east for west.
        "place" => Math.Abs(o.Longitude) < 90 ? o with { Latitude = o.Longitude, Longitude = o.Latitude } : o with { Longitude = -o.Longitude },
        "fahrenheit" => o with { Anomaly = Math.Round(32 + 1.8 * o.Anomaly, 4) },
        "clusters" => o with { Anomaly = Math.Round(o.Anomaly + shift, 4) },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such way to be wrong"),
    };

    /// <summary>Neighbours wrong together, by about the same.</summary>
    private static IEnumerable<(int Row, double Shift)> Clusters(Observation[] rows, double share, Random random)
    {
        var points = Array.ConvertAll(rows, o => EarthPoint.At(o.Latitude, o.Longitude));
        var left = Enumerable.Range(0, rows.Length).ToHashSet();
        for (var wanted = (int)Math.Round(share * rows.Length); wanted > 0; wanted -= InCluster)
        {
            var centre = points[left.ElementAt(random.Next(left.Count))];
            var shift = (random.Next(2) == 0 ? -1 : 1) * (5 + 10 * random.NextDouble());
            foreach (var row in left.OrderBy(i => points[i].Chord(centre)).Take(Math.Min(InCluster, wanted)).ToArray())
            {
                left.Remove(row);
                yield return (row, shift);
            }
        }
    }
}
