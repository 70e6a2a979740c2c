using VaeDa.Assimilation;
using VaeDa.Assimilation.Residual;
using VaeDa.CrossValidation;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Ensemble;

public sealed class SamplingErrorTests : IDisposable
{
    private const double SampleSize = 4;
    private const double Sigma = 0.4;
    private static readonly Dictionary<string, double> NoDefault = [];

    private readonly LinearWorld _world = new();
    private readonly GenerativeModel _model;
    private readonly ObservationTable _observed;
    private readonly ObservationTable _withCells; // the same, then all cells, which are to be withheld
    private readonly bool[] _withheld;

    public SamplingErrorTests()
    {
        _model = Sampled(SampleSize);
        _observed = Unusual(_world.Observe(25, Sigma, seed: 4));
        var grid = _model.Grid;
        var cells = Enumerable.Range(0, grid.Cells).Select(c => new Observation(grid.LatitudeOf(c), grid.LongitudeOf(c), 0) { Error = Sigma });
        _withCells = new ObservationTable(_observed.Observations.Concat(cells));
        _withheld = [.. Enumerable.Range(0, _withCells.Count).Select(i => i >= _observed.Count)];
    }

    public void Dispose()
    {
        _model.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void The_variance_of_predictions_has_what_a_further_prior_draw_leaves()
    {
        using var scope = NewDisposeScope();
        var prior = _model.Prior;
        var h = new ObservationOperator(_model.Grid, ["x0"], _withCells);
        var n = _observed.Count;
        var latents = h.Apply(_model.LinearPatterns()!).to(float64) * prior.LatentVariance.to(float64).sqrt().unsqueeze(1); // (k, n + N)
        var patterns = h.Apply(prior.ResidualPatterns.At).to(float64); // (m, n + N)
        Assert.True(patterns.shape[0] > 5);
        var places = _withCells.Observations.Select(o => new ObservationPlace(EarthPoint.At(o.Latitude, o.Longitude), 0)).ToArray();
        using var residual = ResidualCovariance.Of(_model, h, places);
        var s = cat([latents, patterns]).transpose(0, 1); // (n + N, k + m)
        var covariance = latents.transpose(0, 1).matmul(latents) + residual.BetweenPlaces(); // (n + N, n + N)
        var k = covariance.narrow(0, 0, n).narrow(1, 0, n) + Sigma * Sigma * eye(n, dtype: float64); // (n, n)
        var first = h.Apply(_model.Decode(prior.LatentMean.unsqueeze(0))).to(float64).squeeze(0); // (n + N)
        var departure = tensor(_withCells.Anomaly.ToArray()) - first; // (n + N)
        var gain = linalg.solve(k, covariance.narrow(0, 0, n)).transpose(0, 1); // (n + N, n)
        var increments = s.narrow(0, 0, n).transpose(0, 1).mv(linalg.solve(k, departure.narrow(0, 0, n))); // (k + m)
        var left = (s - gain.matmul(s.narrow(0, 0, n))) * (increments.norm() / Math.Sqrt(SampleSize)); // (n + N, k + m)
        var variance = covariance.diagonal() - (gain * covariance.narrow(1, 0, n)).sum(1) + Sigma * Sigma + left.square().sum(1); // (n + N)
        var expected = variance.sqrt().data<double>().ToArray();
        var predictions = LeaveOneOut.Of(_model, _withCells, _withheld, NoDefault, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions;
        Assert.All(predictions.Where(p => p.Use == PointUse.Withheld), p => Assert.Equal(expected[p.Row], p.Spread, 1e-3));
    }

    [Fact]
    public void So_has_that_of_one_predicted_by_all_others()
    {
        var none = new bool[_observed.Count];
        var all = LeaveOneOut.Of(_model, _observed, none, NoDefault, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions;
        using var certain = Sampled(double.PositiveInfinity);
        var without = LeaveOneOut.Of(certain, _observed, none, NoDefault, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions;
        Assert.All(all, p => Assert.Equal(Math.Pow(without[p.Row].Spread, 2) + p.SamplingVariance / SampleSize, p.Spread * p.Spread, 1e-9));
        foreach (var row in (int[])[0, 9, 24])
        {
            var one = LeaveOneOut.Of(_model, _observed, [.. none.Select((_, i) => i == row)], NoDefault, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions[row];
            // |a|² is that of all: one of 25 observations more.
            Assert.InRange(all[row].SamplingVariance / one.SamplingVariance, 0.7, 1.4);
        }
    }

    [Theory]
    [InlineData(AssimilationMethod.GaussNewton)]
    [InlineData(AssimilationMethod.Laplace)]
    [InlineData(AssimilationMethod.Hmc)]
    public void Members_spread_by_as_much(AssimilationMethod method)
    {
        const int members = 1000;
        var options = new AssimilationOptions { Method = method, Members = members, RejectBeyond = double.PositiveInfinity };
        var analysis = new Assimilator(_model, options).Run(_observed);
        var exact = _world.Assimilate(_observed, options);
        var predictions = LeaveOneOut.Of(_model, _withCells, _withheld, NoDefault, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions;
        var ratio = predictions.Where(p => p.Use == PointUse.Withheld)
            .Select(p => analysis.Spread[p.Row - _observed.Count] / Math.Sqrt(p.Spread * p.Spread - Sigma * Sigma)).ToArray();
        Assert.InRange(ratio.Average(), 0.97, 1.03);
        Assert.InRange(ratio.Min(), 0.88, 1.12);
        Assert.InRange(ratio.Max(), 0.88, 1.12);
        // Were it nothing, this test would show nothing.
        Assert.True(analysis.Spread.Average() > 1.05 * exact.Spread.Average());
        Assert.Equal(exact.MostProbable, analysis.MostProbable);
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void Covariances_of_few_fields_are_found_to_be_of_few()
    {
        using var few = new LinearWorld(training: 30);
        using var many = new LinearWorld(training: 3000);
        var heldOut = SyntheticFields.Make(100, seed: 8);
        using var ofFew = ReliabilityFit.Of(few.Model, heldOut, 1);
        using var ofMany = ReliabilityFit.Of(many.Model, heldOut, 1);
        Assert.True(10 * ofFew.EffectiveSampleSize < ofMany.EffectiveSampleSize, $"{ofFew.EffectiveSampleSize} and {ofMany.EffectiveSampleSize}");
    }

    /// <summary>As if the patterns were excited far beyond their standard deviation, so that their increments count beside the latents'.</summary>
    private ObservationTable Unusual(ObservationTable table)
    {
        using var scope = NewDisposeScope();
        var excess = 2 * new ObservationOperator(_world.Model.Grid, ["x0"], table).Apply(_world.Model.Prior.ResidualPatterns.At).sum([0]).to(float64); // (n)
        return new ObservationTable(table.Observations.Zip(excess.data<double>().ToArray(), (o, e) => o with { Anomaly = o.Anomaly + e }));
    }

    private GenerativeModel Sampled(double sampleSize) =>
        _world.Model.With(_world.Model.Prior.Inflated([.. Enumerable.Repeat(1f, _world.Model.FieldLength)], sampleSize));
}
