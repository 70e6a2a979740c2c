using TorchSharp;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>With a real network: untrained, so that its generator is as far from linear as it comes.</summary>
public sealed class AssimilatorTests : IDisposable
{
    private readonly GenerativeModel _model;
    private readonly ObservationTable _table;

    public AssimilatorTests()
    {
        var fields = SyntheticFields.Make(60, variables: 2);
        var normalisation = new Normalisation { Scale = [2, 2], Offset = [0, 0] };
        var spec = VaeSpec.Seed(6);
        var network = new VariationalAutoencoder(spec, fields.Grid, 2, 3);
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        var measured = Calibration.Of(network, fields, SyntheticFields.Make(30, variables: 2, seed: 8), normalisation, CPU);
        // An untrained encoder maps every field to nearly the same state: the prior is given here, not measured.
        var calibration = new Calibration
        {
            LatentMean = zeros(6),
            LatentVariance = ones(6),
            GeneratorError = [.. Enumerable.Repeat(0.02f, fields.FieldLength())],
            ResidualCorrelation = measured.ResidualCorrelation,
        };
        measured.Dispose();
        _model = new GenerativeModel(network, fields.Grid, fields.Variables, normalisation, calibration, [.. Enumerable.Repeat(3f, fields.FieldLength())], CPU);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(4);
        var truth = _model.Decode(randn(1, 6, generator: generator)).data<float>().ToArray();
        var random = new Random(5);
        var places = Enumerable.Range(0, 40).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0) { Variable = $"x{i % 2}", Error = 0.02 }).ToList();
        var equivalents = new ObservationOperator(fields.Grid, ["x0", "x1"], new ObservationTable(places)).Apply(truth);
        _table = new ObservationTable(places.Select((p, i) => p with { Anomaly = equivalents[i] + 0.02 * SyntheticFields.Normal(random) }));
    }

    [Fact]
    public void A_nonlinear_generator_is_fitted_to_its_observations()
    {
        var analysis = Run(new AssimilationOptions());
        Assert.True(analysis.Diagnostics.Converged);
        Assert.InRange(analysis.Diagnostics.ChiSquare, 0.2, 1.8);
        // Far from linear though it is: what looked wrong from the prior mean was admitted again.
        Assert.Equal(0, analysis.Diagnostics.Flagged);
        var departures = Enumerable.Range(0, _table.Count).Select(i => (double)analysis.Observations["departure"][i]).ToList();
        var innovations = Enumerable.Range(0, _table.Count).Select(i => (double)analysis.Observations["innovation"][i]).ToList();
        Assert.True(departures.Sum(d => d * d) < innovations.Sum(d => d * d));
    }

    [Fact]
    public void Gauss_Newton_goes_as_low_as_Adam()
    {
        var options = new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity };
        var newton = Run(options).Diagnostics;
        var adam = Run(options with { Method = AssimilationMethod.Adam }).Diagnostics;
        Assert.True(newton.Cost <= adam.Cost * 1.0001, $"{newton.Cost} against {adam.Cost}");
        Assert.True(newton.GeneratorCalls < adam.GeneratorCalls);
    }

    [Fact]
    public void A_seed_repeats_an_ensemble_and_another_seed_does_not()
    {
        var threads = get_num_threads();
        set_num_threads(1);
        var first = Run(new AssimilationOptions { Members = 3, Seed = 1 });
        Assert.Equal(first.Members, Run(new AssimilationOptions { Members = 3, Seed = 1 }).Members);
        Assert.NotEqual(first.Members, Run(new AssimilationOptions { Members = 3, Seed = 2 }).Members);
        set_num_threads(threads);
    }

    [Fact]
    public void The_chunk_size_changes_no_more_than_rounding()
    {
        var one = Run(new AssimilationOptions { Members = 5, ChunkSize = 2 });
        var two = Run(new AssimilationOptions { Members = 5, ChunkSize = 64 });
        Assert.All(one.Mean.Zip(two.Mean), p => Assert.Equal(p.First, p.Second, 1e-3));
    }

    [Fact]
    public void Observations_that_cannot_be_used_are_counted_and_given_a_reason()
    {
        var with = new ObservationTable([.. _table.Observations, new Observation(10, 10, 1) { Variable = "humidity", Error = 1 }]);
        var analysis = new Assimilator(_model, new AssimilationOptions { Members = 0 }).Run(with);
        Assert.Equal(1, analysis.Diagnostics.Rejected);
        Assert.StartsWith("rejected: ", (string)analysis.Observations["flag"][_table.Count], StringComparison.Ordinal);
        Assert.Null(analysis.Observations["departure"][_table.Count]);
    }

    [Fact]
    public void An_observation_without_an_error_needs_one_from_the_options()
    {
        var without = new ObservationTable(_table.Observations.Select(o => o with { Error = null }));
        var refusal = Assert.Throws<InvalidInputException>(() => new Assimilator(_model, new AssimilationOptions()).Run(without));
        Assert.Contains("no error", refusal.Message);
        Assert.Equal(0.5, new Assimilator(_model, new AssimilationOptions { Members = 0, DefaultErrors = new Dictionary<string, double> { ["x0"] = 0.5, ["x1"] = 0.5 } }).Run(without).Observations["error"][0]);
    }

    [Fact]
    public void Ten_assimilations_leave_no_live_tensor_behind()
    {
        Run(new AssimilationOptions { Members = 4 });
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 10; i++)
        {
            Run(new AssimilationOptions { Members = 4, Method = i % 5 == 4 ? AssimilationMethod.Adam : AssimilationMethod.GaussNewton });
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    public void Dispose() => _model.Dispose();

    private Analysis Run(AssimilationOptions options) => new Assimilator(_model, options).Run(_table);
}
