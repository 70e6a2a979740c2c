using VaeDa.Assimilation;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>The same fields and observations in other units give the same analysis in other units, through all that is measured on the way.</summary>
public sealed class UnitsTests : IDisposable
{
    private readonly InMemoryFields _training = SyntheticFields.Make(300, variables: 2);
    private readonly InMemoryFields _heldOut = SyntheticFields.Make(60, variables: 2, seed: 8);
    private readonly GenerativeModel _model;
    private readonly ObservationTable _table;

    public UnitsTests()
    {
        _model = Model(_training, _heldOut, [1, 1]);
        var (random, truth, sizes) = (new Random(3), SyntheticFields.Make(1, variables: 2, seed: 9).Read(0), SyntheticFields.Sizes(2));
        var places = Enumerable.Range(0, 240).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0) { Variable = $"x{i % 2}", Error = 0.3 * sizes[i % 2] }).ToList();
        var equivalents = new ObservationOperator(_training.Grid, ["x0", "x1"], new ObservationTable(places)).Apply(truth);
        // Every fortieth is grossly wrong.
        _table = new ObservationTable(places.Select((p, i) => p with { Anomaly = equivalents[i] + p.Error!.Value * ((i % 40 == 0 ? 30 : 0) + SyntheticFields.Normal(random)) }));
    }

    public void Dispose() => _model.Dispose();

    // Pa as hPa, m² s⁻² as gpm; observations one by one, and averaged. Members are drawn along EOFs, whose signs are the
    // roundings': only powers of two leave these as they are.
    [Theory]
    [InlineData(1, 0.01, 4000, 0)]
    [InlineData(1 / 9.80665, 1000, 150, 0)]
    [InlineData(1.0 / (1 << 20), 1 << 17, 4000, 10)]
    public void An_analysis_does_not_depend_on_units(double first, double second, int averageBeyond, int members)
    {
        double[] factors = [first, second];
        using var other = Model(SyntheticFields.InUnits(_training, factors), SyntheticFields.InUnits(_heldOut, factors), factors);
        var options = new AssimilationOptions { Members = members, EstimateError = true, AverageBeyond = averageBeyond };
        var expected = new Assimilator(_model, options).Run(_table);
        var found = new Assimilator(other, options).Run(InUnits(factors));
        Assert.Equal(expected.Observations["flag"].Cast<string>(), found.Observations["flag"].Cast<string>());
        Assert.InRange(expected.Diagnostics.Flagged, 6, 12);
        Assert.Equal(expected.Diagnostics.ChiSquare, found.Diagnostics.ChiSquare, 1e-3);
        Assert.Equal(expected.Diagnostics.ErrorFactors!.Select(f => f.Factor), found.Diagnostics.ErrorFactors!.Select(f => f.Factor), (a, b) => Math.Abs(a - b) < 1e-3);
        AssertAlike(expected.MostProbable, found.MostProbable, factors);
        if (members > 0)
        {
            AssertAlike(expected.Spread, found.Spread, factors);
        }
    }

    [Fact]
    public void Nor_do_what_makes_analyses_err_as_they_say_and_what_others_predict()
    {
        double[] factors = [1e-6, 1e5];
        using var other = Model(SyntheticFields.InUnits(_training, factors), SyntheticFields.InUnits(_heldOut, factors), factors);
        using var expected = ReliabilityFit.Of(_model, _heldOut, 1, TestContext.Current.CancellationToken);
        using var found = ReliabilityFit.Of(other, SyntheticFields.InUnits(_heldOut, factors), 1, TestContext.Current.CancellationToken);
        Assert.Equal(expected.EffectiveSampleSize, found.EffectiveSampleSize);
        AssertAlike(expected.GeneratorError, found.GeneratorError, factors);

        var (one, two) = (Predictions(_model, _table), Predictions(other, InUnits(factors)));
        Assert.Equal(one.Select(p => p.Use), two.Select(p => p.Use));
        Assert.Contains(one, p => p.Use == PointUse.Rejected);
        Assert.All(one.Zip(two), p =>
        {
            Assert.Equal(p.First.Anomaly, p.Second.Anomaly / factors[p.First.Row % 2], 1e-3 * p.First.Spread);
            Assert.Equal(p.First.Spread, p.Second.Spread / factors[p.First.Row % 2], 1e-3 * p.First.Spread);
        });

        static IReadOnlyList<PointPrediction> Predictions(GenerativeModel model, ObservationTable table) =>
            LeaveOneOut.Of(model, table, [.. Enumerable.Range(0, table.Count).Select(i => i % 7 == 0)], new Dictionary<string, double>(), cancellation: TestContext.Current.CancellationToken).Predictions;
    }

    private ObservationTable InUnits(double[] factors) => new(_table.Observations.Select((o, i) => o with { Anomaly = o.Anomaly * factors[i % 2], Error = o.Error * factors[i % 2] }));

    /// <summary>To a thousandth of each variable's own size.</summary>
    private static void AssertAlike(float[] expected, float[] found, double[] factors)
    {
        var cells = expected.Length / factors.Length;
        for (var v = 0; v < factors.Length; v++)
        {
            var (one, two) = (expected[(v * cells)..((v + 1) * cells)], found[(v * cells)..((v + 1) * cells)]);
            var size = Math.Sqrt(one.Average(x => (double)x * x));
            Assert.InRange(one.Zip(two, (a, b) => Math.Abs(a - b / factors[v])).Max() / size, 0, 1e-3);
        }
    }

    private static GenerativeModel Model(InMemoryFields training, InMemoryFields heldOut, double[] factors)
    {
        var sizes = SyntheticFields.Sizes(2);
        var normalisation = new Normalisation { Scale = [.. sizes.Zip(factors, (size, factor) => 2.5 * size * factor)], Offset = [0, 0.5] };
        var autoencoder = new EofAutoencoder(EofBasis.Of(training, normalisation, 8), training.Grid, 2);
        var prior = PriorEstimator.Of(autoencoder, training, heldOut, normalisation, CPU);
        return new GenerativeModel(autoencoder, training.Grid, training.Variables, normalisation, prior, [.. normalisation.Scale.SelectMany(scale => Enumerable.Repeat((float)scale, training.Grid.Cells))], CPU);
    }
}
