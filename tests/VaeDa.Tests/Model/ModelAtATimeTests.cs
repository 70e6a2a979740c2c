using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Residual;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

public sealed class ModelAtATimeTests : IDisposable
{
    private readonly GenerativeModel _model = SeasonalModel.Make();
    private readonly ObservationTable _observations = new(Enumerable.Range(0, 30).Select(i => new Observation(60 - 4 * i, 12 * i, i % 2 == 0 ? 1 + 0.05 * i : -300)
    {
        Variable = i % 2 == 0 ? "ta" : "psl",
        Error = i % 2 == 0 ? 0.5 : 100,
        Time = SeasonalModel.July,
    }));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void From_one_time_a_model_goes_to_another_as_if_from_the_year()
    {
        using var scope = NewDisposeScope();
        using var january = _model.At(SeasonalModel.January);
        using var july = _model.At(SeasonalModel.July);
        using var onwards = january.At(SeasonalModel.July);
        using var mean = january.At(null);
        Assert.Equal([null, SeasonalModel.January, SeasonalModel.July, SeasonalModel.July, null], new[] { _model, january, july, onwards, mean }.Select(m => m.Time));
        using var u = ones(1, SeasonalModel.Latents); // (1, k)
        Assert.Equal(july.Decode(u).data<float>(), onwards.Decode(u).data<float>());
        Assert.Equal(july.Prior.GeneratorError, onwards.Prior.GeneratorError);
        Assert.Equal(_model.Decode(u).data<float>(), mean.Decode(u).data<float>());
        // β L: 0.7 ± 0.4, and (1 ± 0.6 cos 15°)^½ between the middles of two months.
        using var zero = zeros(1, SeasonalModel.Latents); // (1, k)
        var ratio = (january.Decode(u) - january.Decode(zero)).norm() / (july.Decode(u) - july.Decode(zero)).norm(); // ()
        Assert.Equal(1.1 / 0.3 * Math.Sqrt(1.5796 / 0.4204), ratio.item<float>(), 0.01);
    }

    [Fact]
    public void The_latents_of_a_time_are_those_of_the_year_as_nearly_as_may_be()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        var deviation = tensor(new[] { 1.0, 20, 0.3 }); // (k)
        var root = eye(3, dtype: float64) + 0.3 * randn(3, 3, float64, generator: random); // (k, k)
        var b = deviation.unsqueeze(1) * root.matmul(root.transpose(0, 1)) * deviation; // (k, k)
        using var prior = new PriorStatistics
        {
            LatentMean = zeros(3),
            LatentVariance = deviation.square().to(float32),
            GeneratorError = [1f],
            ResidualCorrelation = SpatialCorrelation.White,
            LatentSeason = SeasonalCovariance.From(b.to(float32).expand(12, 3, 3)),
        };
        var (then, factor, _) = prior.At(SeasonalModel.July);
        using var owned = then;
        Assert.True(factor!.matmul(factor.transpose(0, 1)).allclose(b, 1e-5, 1e-6));
        var turn = factor / deviation.unsqueeze(1); // (k, k)
        Assert.True(turn.allclose(turn.transpose(0, 1), 1e-5, 1e-6)); // no rotation in it
    }

    [Fact]
    public void At_the_same_time_again_a_model_keeps_its_regression()
    {
        using var scope = NewDisposeScope();
        using var july = _model.At(SeasonalModel.July);
        using var again = july.At(SeasonalModel.July);
        using var u = ones(1, SeasonalModel.Latents); // (1, k)
        Assert.Equal(july.Decode(u).data<float>(), again.Decode(u).data<float>());
    }

    [Fact]
    public void Random_fields_of_a_model_at_a_time_are_of_that_time()
    {
        using var scope = NewDisposeScope();
        foreach (var time in (DateTime[])[SeasonalModel.January, SeasonalModel.July])
        {
            using var then = _model.At(time);
            using var generator = new Generator(3);
            var drawn = cat([.. new PriorSampler(then, withResidual: false).Draw(32, generator)]); // (32, N)
            using var same = new Generator(3);
            var noise = new Noise((ulong)randint(long.MaxValue, 1, int64, generator: same).item<long>()).For(0UL);
            var expected = then.Decode(noise.For(DrawOf.Latents).Normal(32, SeasonalModel.Latents).to(float32)); // (32, N)
            Assert.Equal(expected.data<float>(), drawn.data<float>());
        }
    }

    [Fact]
    public void An_analysis_is_of_the_time_of_its_observations()
    {
        var options = new AssimilationOptions { Members = 0 };
        var found = new Assimilator(_model, options).Run(_observations);
        Assert.Equal(SeasonalModel.July, found.Time);
        using var july = _model.At(SeasonalModel.July);
        Assert.Equal(new Assimilator(july, options).Run(_observations).MostProbable, found.MostProbable);
        var timeless = new Assimilator(_model, options).Run(new ObservationTable(_observations.Observations.Select(o => o with { Time = null })));
        Assert.Null(timeless.Time);
        Assert.NotEqual(timeless.MostProbable, found.MostProbable);
        // Put at a time by the caller, the model stays there.
        using var january = _model.At(SeasonalModel.January);
        Assert.NotEqual(found.MostProbable, new Assimilator(january, options).Run(_observations).MostProbable);
    }

    [Fact]
    public void Observations_of_several_times_wait_for_one_to_be_chosen()
    {
        var later = SeasonalModel.July.AddHours(6);
        var several = new ObservationTable(_observations.Observations.Select((o, i) => i < 20 ? o : o with { Time = later })) { Source = "two.csv" };
        var assimilator = new Assimilator(_model, new AssimilationOptions { Members = 0 });
        var refusal = Assert.Throws<InvalidInputException>(() => assimilator.Run(several));
        Assert.Equal("two.csv: observations of 2 times, from 2001-07-02 00:00 to 2001-07-02 06:00; choose one", refusal.Message);
        Assert.Equal("Time", refusal.Setting);
        Assert.Equal(later, assimilator.Run(TimeSelection.Of(several, "2001-07-02T06")).Time);
        Assert.Equal(30, assimilator.Run(TimeSelection.Of(several, "2001-07-02")).Observations.Rows.Count);
        // Six hours apart they are of one day, two days apart they are not.
        Assert.Equal([30], several.ByTime().Select(t => t.Count));
        var days = new ObservationTable(several.Observations.Select(o => o.Time == later ? o with { Time = later.AddDays(2) } : o)).ByTime();
        Assert.Equal([20, 10], days.Select(t => t.Count));
        Assert.All(days, t => Assert.Equal(t.Time[0], t.AnalysisTime));
    }

    [Fact]
    public void Other_statistics_are_for_the_model_of_the_year()
    {
        using var july = _model.At(SeasonalModel.July);
        using var inflated = _model.Prior.Inflated([.. Enumerable.Repeat(2f, _model.FieldLength)]);
        Assert.Throws<InvalidOperationException>(() => july.With(inflated));
    }
}
