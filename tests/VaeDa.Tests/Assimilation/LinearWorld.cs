using VaeDa.Assimilation;
using VaeDa.Assimilation.Residual;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>EOFs as the generator, and observations of truths that are drawn from the very model: all is Gaussian.</summary>
internal sealed class LinearWorld : IDisposable
{
    private readonly int _variables;

    /// <param name="training">Fields that the EOFs and their variances are of.</param>
    public LinearWorld(int variables = 1, int training = 300)
    {
        _variables = variables;
        var fields = SyntheticFields.Make(training, variables: variables);
        Model = TestModel.Eof(fields, SyntheticFields.Make(100, variables: variables, seed: 8), modes: 8);
    }

    public GenerativeModel Model { get; }

    /// <param name="count">n, at random places of all variables in turn.</param>
    /// <param name="sigma">Standard deviation of their errors, which they state, of the first variable; as large a part of the others.</param>
    public ObservationTable Observe(int count, double sigma, int seed) => ObserveTruth(count, sigma, seed).Observations;

    /// <summary>The same, and the field that was observed, (V, H, W).</summary>
    public (ObservationTable Observations, float[] Truth) ObserveTruth(int count, double sigma, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var random = new Random(seed);
        var sizes = SyntheticFields.Sizes(_variables);
        var rows = Enumerable.Range(0, count).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0) { Variable = $"x{i % _variables}", Error = sigma * sizes[i % _variables] }).ToList();
        var h = new ObservationOperator(Model.Grid, [.. Model.Variables.Select(v => v.Name)], new ObservationTable(rows));
        var places = rows.Select((o, i) => new ObservationPlace(EarthPoint.At(o.Latitude, o.Longitude), i % _variables)).ToArray();
        using var residual = ResidualCovariance.Of(Model, h, places);
        var z = Model.Prior.LatentMean + Model.Prior.LatentVariance.sqrt() * randn(1, Model.LatentSize, generator: generator); // (1, k)
        var (atCells, atPlaces) = residual.Draw(1, Noise.Of(seed)); // (1, N), (1, n)
        var r = atPlaces.squeeze(0).data<double>().ToArray(); // (n)
        var generated = Model.Decode(z); // (1, N)
        var equivalents = h.Apply(generated.data<float>().ToArray()); // (n)
        var table = new ObservationTable(rows.Select((o, i) => o with { Anomaly = equivalents[i] + r[i] + o.Error!.Value * SyntheticFields.Normal(random) }));
        return (table, (generated + atCells).data<float>().ToArray());
    }

    public Analysis Assimilate(ObservationTable table, AssimilationOptions? options = null) =>
        new Assimilator(Model, options ?? new AssimilationOptions { Members = 0 }).Run(table);

    public void Dispose() => Model.Dispose();
}
