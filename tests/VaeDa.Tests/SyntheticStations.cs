using VaeDa.CrossValidation;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests;

/// <summary>
/// Observations drawn from a known model of departures: EOFs with s_B times their variance, a Matérn residual, and each
/// station's own error; the same stations at each date.
/// </summary>
public sealed class SyntheticStations : IDisposable
{
    public const double BackgroundScale = 0.6;
    public const double ResidualScale = 0.5;
    public const double ObservationError = 0.4;
    public const double Length = 1500;
    public const float Climatological = 2;

    private const int Modes = 4;

    private SyntheticStations(GenerativeModel model, IReadOnlyList<ObservationTable> dates)
    {
        (Model, Dates) = (model, dates);
    }

    public GenerativeModel Model { get; }

    public IReadOnlyList<ObservationTable> Dates { get; }

    /// <summary>What made the observations.</summary>
    public static StationParameters Truth { get; } = new()
    {
        BackgroundScale = BackgroundScale,
        ResidualScale = ResidualScale,
        ResidualFloor = 0,
        Correlation = new SpatialCorrelation { Smoothness = Smoothness.Half, Length = Length, Nugget = 0 },
        ObservationError = ObservationError,
        Observations = 0,
        Excluded = 0,
        NegativeLogLikelihood = 0,
    };

    /// <summary>σ_clim, the same everywhere.</summary>
    public float[] Deviation(DateTime? time) => Model.ClimatologicalStandardDeviation;

    /// <param name="cluster">Stations within 12 degrees of each other.</param>
    /// <param name="offset">Constant error of a station, by its number.</param>
    /// <param name="factor">What the numbers of the variable, and of all that is in its units, are multiplied by.</param>
    public static SyntheticStations Make(int stations, int dates, int seed = 1, int cluster = 12, Func<int, double>? offset = null, double factor = 1)
    {
        var fields = SyntheticFields.InUnits(SyntheticFields.Make(300), factor);
        var model = TestModel.Eof(fields, SyntheticFields.InUnits(SyntheticFields.Make(60, seed: 8), factor), Modes, TestModel.Normalisation(2 * factor), climatological: (float)(factor * Climatological));

        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var random = new Random(seed);
        // In clusters: a residual's length cannot be told from stations that share nothing.
        var places = new List<Observation>();
        while (places.Count < stations)
        {
            var (latitude, longitude) = (120 * random.NextDouble() - 60, 360 * random.NextDouble() - 180);
            places.AddRange(Enumerable.Range(0, cluster).Select(_ => new Observation(latitude + 12 * random.NextDouble(), Math.Clamp(longitude + 12 * random.NextDouble(), -180, 180), 0)).Take(stations - places.Count));
        }

        var h = new ObservationOperator(fields.Grid, ["x0"], new ObservationTable(places));
        var points = places.Select(p => EarthPoint.At(p.Latitude, p.Longitude)).ToArray();
        var correlation = new SpatialCorrelation { Smoothness = Smoothness.Half, Length = Length, Nugget = 0 }.Between(EarthPoint.Chords(points, points)); // (n, n)
        var root = ResidualScale * Climatological * factor * linalg.cholesky(correlation + 1e-9 * eye(stations, dtype: float64)); // (n, n)
        var z = model.Prior.LatentMean.to(float64) + (BackgroundScale * model.Prior.LatentVariance.to(float64)).sqrt() * randn([dates, Modes], float64, generator: generator); // (T, k)
        var y = h.Apply(model.Decode(z.to(float32))).to(float64)
            + randn([dates, stations], float64, generator: generator).matmul(root.transpose(0, 1))
            + factor * ObservationError * randn([dates, stations], float64, generator: generator); // (T, n)
        var values = y.data<double>().ToArray();
        return new SyntheticStations(model, [.. Enumerable.Range(0, dates).Select(t => new ObservationTable(places.Select((p, i) => p with
        {
            Anomaly = values[t * stations + i] + (offset?.Invoke(i) ?? 0),
            Station = $"s{i}",
            Time = new DateTime(1950, 1, 15, 0, 0, 0, DateTimeKind.Utc).AddMonths(t),
        })))]);
    }

    public void Dispose() => Model.Dispose();
}
