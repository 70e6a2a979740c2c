using VaeDa.Assimilation;
using VaeDa.Assimilation.Residual;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>With EOFs as the generator all is Gaussian and the posterior has a closed form.</summary>
public sealed class LinearGeneratorTests : IDisposable
{
    private const int Modes = 6;
    private readonly GenerativeModel _model;
    private readonly ObservationTable _table;
    private readonly ObservationOperator _h;
    private readonly Tensor _prior; // (N), D(μ)
    private readonly Tensor _patterns; // (k, N)
    private readonly Tensor _y; // (n)
    private readonly Tensor _gain; // (N, n), of the whole field
    private readonly Tensor _posterior; // (N, N)
    private readonly Tensor _latent; // (k), the closed-form minimum

    public LinearGeneratorTests()
    {
        var fields = SyntheticFields.Make(400);
        _model = TestModel.Eof(fields, SyntheticFields.Make(100, seed: 8), Modes, TestModel.Normalisation(2.5, offset: 0.5));

        var random = new Random(3);
        var truth = SyntheticFields.Make(1, seed: 9).Read(0);
        var places = Enumerable.Range(0, 30).Select(_ => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0)).ToList();
        var equivalents = new ObservationOperator(fields.Grid, ["x0"], new ObservationTable(places)).Apply(truth);
        _table = new ObservationTable(places.Select((p, i) => p with { Anomaly = equivalents[i] + 0.4 * SyntheticFields.Normal(random), Error = 0.4 }));
        _h = new ObservationOperator(fields.Grid, ["x0"], _table);

        using var scope = NewDisposeScope();
        _y = tensor(_table.Anomaly.ToArray());
        var mean = _model.Prior.LatentMean; // (k)
        _prior = _model.Decode(mean.unsqueeze(0)).squeeze(0).to(float64); // (N)
        _patterns = (_model.Decode(eye(Modes)) - _model.Decode(zeros(1, Modes))).to(float64); // (k, N)
        var b = _model.Prior.LatentVariance.to(float64); // (k)
        var dense = zeros([_h.Count, _h.FieldSize], float64); // (n, N), H
        for (var i = 0; i < _h.Indices.Length; i++)
        {
            dense[i / 4, _h.Indices[i]] += _h.Weights[i];
        }

        var observed = places.Select(p => new ObservationPlace(EarthPoint.At(p.Latitude, p.Longitude), 0)).ToArray();
        using var residual = ResidualCovariance.Of(_model, _h, observed);
        var cells = new ObservationTable(Enumerable.Range(0, fields.Grid.Cells).Select(c =>
            new Observation(fields.Grid.Latitudes[c / fields.Grid.Width], fields.Grid.Longitudes[c % fields.Grid.Width], 0)));
        using var everywhere = ResidualCovariance.Of(_model, new ObservationOperator(fields.Grid, ["x0"], cells), [.. EarthPoint.Of(fields.Grid).Select(p => new ObservationPlace(p, 0))]);
        var crossed = residual.ToCells(eye(_h.Count, dtype: float64)).transpose(0, 1).to(float64); // (N, n), C_r Hᵀ
        var j = dense.matmul(_patterns.transpose(0, 1)); // (n, k)
        var r = residual.BetweenPlaces() + 0.16 * eye(_h.Count, dtype: float64); // (n, n)
        var innovation = _y - dense.matmul(_prior); // (n)
        var a = diag(1 / b) + j.transpose(0, 1).matmul(linalg.solve(r, j)); // (k, k)
        _latent = mean.to(float64) + linalg.solve(a, j.transpose(0, 1).matmul(linalg.solve(r, innovation)));
        var withObservations = _patterns.transpose(0, 1).matmul(diag(b)).matmul(j.transpose(0, 1)) + crossed; // (N, n)
        _gain = linalg.solve(j.matmul(diag(b)).matmul(j.transpose(0, 1)) + r, withObservations.transpose(0, 1)).transpose(0, 1); // (N, n)
        _posterior = _patterns.transpose(0, 1).matmul(diag(b)).matmul(_patterns) + everywhere.BetweenPlaces() - _gain.matmul(withObservations.transpose(0, 1)); // (N, N)
        foreach (var kept in new[] { _y, _prior, _patterns, _gain, _posterior, _latent })
        {
            kept.MoveToOuterDisposeScope();
        }
    }

    [Fact]
    public void The_most_probable_state_is_the_closed_form_minimum()
    {
        var analysis = new Assimilator(_model, new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity }).Run(_table);
        var error = (tensor(analysis.Latent) - _latent).norm().item<double>() / _latent.norm().item<double>();
        Assert.True(error < 1e-4, $"relative error {error:g3}");
        Assert.True(analysis.Diagnostics.Converged);
    }

    [Fact]
    public void The_most_probable_field_is_the_optimal_interpolation_of_generator_and_residual_together()
    {
        var analysis = new Assimilator(_model, new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity }).Run(_table);
        var optimal = _prior + _gain.matmul(_y - tensor(_h.Apply(_prior.to(float32).data<float>().ToArray()))); // (N)
        var difference = (tensor(analysis.MostProbable).to(float64) - optimal).abs().max().item<double>();
        Assert.True(difference < 2e-3, $"largest difference {difference:g3}");
    }

    // Of M independent draws the mean has a standard error of σ / √M, a standard deviation one of σ / √(2 M) (2.2%), a
    // covariance of standardised values one of √((1 + ρ²) / M) at most.
    [Theory]
    [InlineData(AssimilationMethod.GaussNewton)]
    [InlineData(AssimilationMethod.Laplace)]
    [InlineData(AssimilationMethod.Hmc)]
    public void Members_have_the_posterior_mean_and_covariance(AssimilationMethod method)
    {
        const int members = 1000;
        var analysis = new Assimilator(_model, new AssimilationOptions { Method = method, Members = members, RejectBeyond = double.PositiveInfinity }).Run(_table);
        var sigma = _posterior.diagonal().sqrt(); // (N)
        var standardised = (tensor(analysis.Mean).to(float64) - tensor(analysis.MostProbable).to(float64)) / sigma; // (N)
        Assert.True(standardised.square().mean().sqrt().item<double>() < 3 / Math.Sqrt(members));
        var ratio = tensor(analysis.Spread).to(float64) / sigma; // (N)
        Assert.InRange(ratio.mean().item<double>(), 0.97, 1.03);
        Assert.InRange(ratio.min().item<double>(), 0.88, 1.12);
        Assert.InRange(ratio.max().item<double>(), 0.88, 1.12);

        var sample = stack(analysis.Members.Select(f => tensor(f).to(float64)).ToArray()); // (M, N)
        var centred = (sample - sample.mean([0])) / sigma; // (M, N)
        var correlation = centred.transpose(0, 1).matmul(centred) / (members - 1); // (N, N)
        var expected = _posterior / sigma / sigma.unsqueeze(1); // (N, N)
        var rms = (correlation - expected).square().mean().sqrt().item<double>();
        Assert.True(rms < 2 / Math.Sqrt(members), $"rms error of the correlations {rms:g3}");
    }

    [Fact]
    public void Members_start_where_their_minima_are()
    {
        const int members = 50;
        var (with, without) = (Run(members), Run(0));
        Assert.Equal(0, with.UnconvergedMembers);
        // One look at each, which finds nothing left to do.
        Assert.Equal(members, with.BackwardCalls - without.BackwardCalls);

        AnalysisDiagnostics Run(int count) => new Assimilator(_model, new AssimilationOptions { Members = count, RejectBeyond = double.PositiveInfinity }).Run(_table).Diagnostics;
    }

    [Fact]
    public void Adam_comes_near_the_same_minimum()
    {
        var analysis = new Assimilator(_model, new AssimilationOptions { Members = 0, Method = AssimilationMethod.Adam, RejectBeyond = double.PositiveInfinity }).Run(_table);
        var best = new Assimilator(_model, new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity }).Run(_table);
        Assert.True(best.Diagnostics.Cost <= analysis.Diagnostics.Cost + 1e-6);
        Assert.InRange(analysis.Diagnostics.Cost, best.Diagnostics.Cost - 1e-6, 1.1 * best.Diagnostics.Cost);
    }

    [Fact]
    public void Gross_errors_are_flagged_and_the_analysis_is_that_of_the_others()
    {
        var spoilt = new ObservationTable(_table.Observations.Select((o, i) => i is 4 or 17 ? o with { Anomaly = o.Anomaly + 12 } : o));
        var analysis = new Assimilator(_model, new AssimilationOptions { Members = 0 }).Run(spoilt);
        Assert.Equal([4, 17], Enumerable.Range(0, 30).Where(i => (string)analysis.Observations["flag"][i] == "outlier"));
        Assert.Equal([4, 17], Enumerable.Range(0, 30).Where(i => (double)analysis.Observations["weight"][i] == 0));
        Assert.Equal((2, 28), (analysis.Diagnostics.Flagged, analysis.Diagnostics.Observations));
        Assert.True((double)analysis.Observations["check_departure"][4] > 4 * (double)analysis.Observations["check_spread"][4]);

        var without = new Assimilator(_model, new AssimilationOptions { Members = 0 }).Run(new ObservationTable(_table.Observations.Where((_, i) => i is not (4 or 17))));
        Assert.Equal(without.Diagnostics.ChiSquare, analysis.Diagnostics.ChiSquare, 1e-6);
        Assert.All(analysis.MostProbable.Zip(without.MostProbable), p => Assert.Equal(p.Second, p.First, 1e-4));
    }

    public void Dispose() => _model.Dispose();
}
