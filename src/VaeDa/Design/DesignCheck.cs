using System.Collections.Immutable;
using VaeDa.Assimilation.Problem;
using VaeDa.CrossValidation;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Design;

/// <summary>
/// Designs held against real observations: of a network that has grown since, the stations that it had at first, those that may be added, and some that are kept out,
/// whose observations the others predict. The covariances are fitted to the observations of the stations that there were at first.
/// </summary>
public sealed class DesignCheck : IDisposable
{
    /// <summary>The order of the design.</summary>
    public const string ByDesign = "design";

    /// <summary>One after the other the station that is farthest from all others.</summary>
    public const string Farthest = "farthest";

    /// <summary>A random order; scores are those of three together.</summary>
    public const string Random = "random";

    private const int RandomOrders = 3;

    private readonly IReadOnlyList<ObservationTable> _dates;
    private readonly HashSet<string> _withheld;
    private readonly FieldLinearisation _about;
    private readonly Dictionary<string, double> _errors;

    private DesignCheck(GenerativeModel model, StationParameters covariances, IReadOnlyList<ObservationTable> dates, Network network, IReadOnlyList<NetworkPlace> candidates, HashSet<string> withheld)
    {
        (Model, Covariances, _dates, Network, Candidates, _withheld) = (model, covariances, dates, network, candidates, withheld);
        _about = FieldLinearisation.AboutMean(model);
        _errors = new() { [model.Variables[0].Name] = covariances.ObservationError };
    }

    /// <summary>The model with the covariances that the observations tell; it is disposed with the check, and lives no longer than the model that was given.</summary>
    public GenerativeModel Model { get; }

    /// <summary>Those covariances, with the error of a station.</summary>
    public StationParameters Covariances { get; }

    /// <summary>The stations of the network that have observations.</summary>
    public Network Network { get; }

    /// <summary>The candidates that have observations, without those that are kept out.</summary>
    public IReadOnlyList<NetworkPlace> Candidates { get; }

    /// <summary>How many stations are kept out.</summary>
    public int Withheld => _withheld.Count;

    /// <summary>How many dates the observations are of.</summary>
    public int Dates => _dates.Count;

    /// <summary>Divides the stations and fits the covariances.</summary>
    /// <param name="model">The model, of one variable and the whole year; it is not disposed here.</param>
    /// <param name="observations">The observations, of any number of dates; stations are known by their names.</param>
    /// <param name="network">The stations that there were at first.</param>
    /// <param name="candidates">Those that came later.</param>
    /// <param name="withhold">One in so many candidates is kept out, at least 2.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The check, the caller's own.</returns>
    /// <exception cref="InvalidInputException">
    /// The model is of several variables, no station of the network or none of the candidates has an observation, none or all are kept out, or the covariances cannot be fitted.
    /// </exception>
    public static DesignCheck Of(GenerativeModel model, ObservationTable observations, Network network, IReadOnlyList<NetworkPlace> candidates, int withhold, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfLessThan(withhold, 2);
        var chosen = WithheldStations.Of(observations, withhold);
        var isChosen = new Dictionary<string, bool>();
        foreach (var (row, observation) in observations.Observations.Index())
        {
            if (observation.Station is { } station)
            {
                isChosen.TryAdd(station, chosen[row]);
            }
        }

        var existing = Observed(network.Places);
        var names = existing.Select(p => p.Station!).ToHashSet();
        var later = Observed(candidates).Where(p => !names.Contains(p.Station!)).ToArray();
        NetworkPlace[] free = [.. later.Where(p => !isChosen[p.Station!])];
        var withheld = later.Where(p => isChosen[p.Station!]).Select(p => p.Station!).ToHashSet();
        Require(existing.Length > 0, $"{observations.Source}: no station of the network has an observation; stations are known by their names");
        Require(free.Length > 0 && withheld.Count > 0, $"{observations.Source}: {later.Length} candidates have observations; with one in {withhold} of them kept out, {free.Length} are left to choose from and {withheld.Count} to check by");
        var dates = observations.ByTime(model.Card);
        var fitted = StationFit.Of(model, [.. dates.Select(d => Of(d, names)).Where(d => d.Count > 0)], _ => model.ClimatologicalStandardDeviation, cancellation: cancellation);
        return new DesignCheck(model.With(fitted.Apply(model.Prior, model.ClimatologicalStandardDeviation)), fitted, dates, new Network([.. existing]), free, withheld);

        NetworkPlace[] Observed(IEnumerable<NetworkPlace> places) => [.. places.Where(p => p.Station is not null && isChosen.ContainsKey(p.Station)).DistinctBy(p => p.Station)];
    }

    /// <summary>How well the stations that are kept out are predicted as others are added, in the order of a design and in others.</summary>
    /// <param name="design">The design, of <see cref="Model"/>, <see cref="Network"/> and <see cref="Candidates"/>.</param>
    /// <param name="progress">Told of each score; null for nobody.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Of each order with 0, 10, 20, 50, 100 … of its stations, up to as many as the design has.</returns>
    public IReadOnlyList<RealisedError> Score(DesignResult design, IProgress<RealisedError>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(design);
        var none = Scored(ByDesign, 0, design.Before, [[]]);
        var scores = new List<RealisedError> { none };
        var orders = new (string Name, IReadOnlyList<IReadOnlyList<string>> Orders)[]
        {
            (ByDesign, [[.. design.Steps.Select(s => s.Place.Station!)]]),
            (Farthest, [FarthestFirst(design.Steps.Length)]),
            (Random, [.. Enumerable.Range(1, RandomOrders).Select(Shuffled)]),
        };
        foreach (var (name, of) in orders)
        {
            if (name != ByDesign)
            {
                scores.Add(none with { Order = name, Expected = double.NaN });
            }

            foreach (var count in Counts(design.Steps.Length))
            {
                scores.Add(Scored(name, count, name == ByDesign ? design.Steps[count - 1].Spread : double.NaN, [.. of.Select(order => order.Take(count))]));
            }
        }

        return scores;

        RealisedError Scored(string name, int count, double expected, IReadOnlyList<IEnumerable<string>> orders)
        {
            var all = new AreaScore();
            foreach (var added in orders)
            {
                Predict([.. Network.Places.Select(p => p.Station!), .. added], all, cancellation);
            }

            var score = new RealisedError(name, count, expected, all.Rmse, all.Crps, all.RmseOfAll, all.CrpsOfAll, all.Count);
            progress?.Report(score);
            return score;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _about.Dispose();
        Model.Dispose();
    }

    /// <summary>1, 2 and 5 times the powers of ten from 10 on, and the number itself.</summary>
    internal static ImmutableArray<int> Counts(int most) => [.. Enumerable.Range(0, 10).Select(i => new[] { 10, 20, 50 }[i % 3] * (int)Math.Pow(10, i / 3)).Where(count => count < most), most];

    private void Predict(HashSet<string> used, AreaScore score, CancellationToken cancellation)
    {
        foreach (var date in _dates)
        {
            cancellation.ThrowIfCancellationRequested();
            var table = Of(date, [.. used, .. _withheld]);
            bool[] withheld = [.. Enumerable.Range(0, table.Count).Select(row => _withheld.Contains(table.Station[row]!))];
            if (!withheld.Contains(false))
            {
                continue;
            }

            foreach (var p in LeaveOneOut.Of(Model, table, withheld, _errors, about: _about, cancellation: cancellation).Predictions.Where(p => p.Use == PointUse.Withheld))
            {
                score.Add(table.Latitude[p.Row], table.Longitude[p.Row], table.Anomaly[p.Row] - p.Anomaly, p.Spread);
            }
        }
    }

    private static ObservationTable Of(ObservationTable date, HashSet<string> stations) =>
        date.Select(Enumerable.Range(0, date.Count).Where(row => date.Station[row] is { } station && stations.Contains(station)));

    private List<string> FarthestFirst(int count)
    {
        var existing = Network.Places.Select(Point).ToArray();
        var left = Candidates.Select(c => (Station: c.Station!, Point: Point(c), Distance: existing.Min(p => p.Chord(Point(c))))).ToList();
        var order = new List<string>();
        while (order.Count < count)
        {
            var next = left.MaxBy(c => c.Distance);
            order.Add(next.Station);
            left = [.. left.Where(c => c.Station != next.Station).Select(c => c with { Distance = Math.Min(c.Distance, c.Point.Chord(next.Point)) })];
        }

        return order;

        static EarthPoint Point(NetworkPlace place) => EarthPoint.At(place.Latitude, place.Longitude);
    }

    private string[] Shuffled(int seed)
    {
        var stations = Candidates.Select(c => c.Station!).ToArray();
        new System.Random(seed).Shuffle(stations);
        return stations;
    }

    private static void Require(bool holds, FormattableString problem)
    {
        if (!holds)
        {
            throw new InvalidInputException(FormattableString.Invariant(problem)) { Setting = "Against" };
        }
    }
}
