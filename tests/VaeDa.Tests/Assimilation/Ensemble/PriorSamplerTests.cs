using VaeDa.Assimilation.Ensemble;
using VaeDa.Fields.Grids;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Ensemble;

/// <summary>Of a linear generator the covariance of the random fields is known: G B Gᵀ, and C_r with the residual.</summary>
public sealed class PriorSamplerTests : IDisposable
{
    private const int Count = 1000;
    private readonly LinearWorld _world = new(variables: 2);

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fields_have_the_covariance_that_the_model_takes_them_to_have(bool withResidual)
    {
        using var scope = NewDisposeScope();
        var (model, prior) = (_world.Model, _world.Model.Prior);
        var g = model.LinearPatterns()!.to(float64); // (k, N)
        var expected = g.transpose(0, 1).matmul(prior.LatentVariance.to(float64).unsqueeze(1) * g); // (N, N)
        if (withResidual)
        {
            var (p, sigma) = (prior.ResidualPatterns.Whole().to(float64), tensor(prior.RemainderError()).to(float64)); // (m, N), (N)
            var points = EarthPoint.Of(model.Grid);
            var rho = prior.ResidualCorrelation.Between(EarthPoint.Chords(points, points)); // (C, C)
            rho.diagonal().fill_(1);
            expected = expected + p.transpose(0, 1).matmul(p) + block_diag(rho, rho) * sigma * sigma.unsqueeze(1); // 0 between variables
        }

        var fields = Draw(withResidual, Count, 4).to(float64); // (S, N)
        var departures = fields - model.Decode(prior.LatentMean.unsqueeze(0)).to(float64); // about D(μ), its mean
        var covariance = departures.transpose(0, 1).matmul(departures) / Count; // (N, N)
        var variance = expected.diagonal(); // (N)
        // The error of a sampled covariance (Isserlis): (C_ii C_jj + C_ij²) / S.
        var standardised = (covariance - expected) / ((variance * variance.unsqueeze(1) + expected.square()) / Count).sqrt();
        Assert.InRange(standardised.square().mean().item<double>(), 0.6, 1.6);
        Assert.True(standardised.abs().max().item<double>() < 6);
        Assert.True((departures.mean([0]).abs() / (variance / Count).sqrt()).max().item<double>() < 5);
    }

    [Fact]
    public void The_residual_is_what_makes_the_difference_and_a_seed_repeats()
    {
        using var scope = NewDisposeScope();
        var smooth = Draw(false, 50, 4);
        Assert.True(smooth.equal(Draw(false, 50, 4)).all().item<bool>());
        Assert.False(smooth.equal(Draw(false, 50, 5)).any().item<bool>());
        Assert.True((Draw(true, 50, 4).var([0]).mean() > smooth.var([0]).mean()).item<bool>());
    }

    [Fact]
    public void Where_the_model_has_no_value_nothing_is_drawn()
    {
        using var scope = NewDisposeScope();
        var prior = _world.Model.Prior;
        var error = (float[])prior.GeneratorError.Clone();
        error[3] = float.NaN;
        using var masked = _world.Model.With(new PriorStatistics
        {
            LatentMean = prior.LatentMean.alias(),
            LatentVariance = prior.LatentVariance.alias(),
            GeneratorError = error,
            ResidualPatterns = prior.ResidualPatterns.Times(null),
            ResidualCorrelation = prior.ResidualCorrelation,
        });
        using var generator = new Generator(1);
        var fields = cat([.. new PriorSampler(masked).Draw(40, generator)]); // (40, N)
        Assert.Equal([3L], fields.isfinite().all(0).logical_not().nonzero().flatten().data<long>().ToArray());
        Assert.True(fields.isnan().select(1, 3).all().item<bool>());
    }

    private Tensor Draw(bool withResidual, int count, ulong seed)
    {
        using var generator = new Generator(seed);
        return cat([.. new PriorSampler(_world.Model, withResidual).Draw(count, generator)]); // (S, N)
    }
}
