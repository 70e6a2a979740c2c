using TorchSharp;
using VaeDa.Archives.Batches;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Tests.Training;

/// <summary>The objectives against their definitions, summed cell by cell in double precision: two variables of different size, uneven areas, cells missing.</summary>
public sealed class LossTests : IDisposable
{
    private const int B = 3, V = 2, H = 2, W = 4, K = 5;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly float[] _x, _generated, _weights, _mean, _logVariance, _z; // (B, V, H, W), then (B, k)

    public LossTests()
    {
        var random = new Random(4);
        float[] Normal(int count, double size) => [.. Enumerable.Range(0, count).Select(_ => (float)(size * SyntheticFields.Normal(random)))];
        _x = [.. Enumerable.Range(0, B).SelectMany(_ => Enumerable.Range(0, V).SelectMany(v => Normal(H * W, v == 0 ? 1 : 30)))];
        _generated = [.. _x.Select((x, i) => x + Normal(1, VariableOf(i) == 0 ? 0.4 : 9)[0])];
        // Areas of 0.4 and 1.6 by row; one cell in five has no value.
        _weights = [.. _x.Select((_, i) => i % 5 == 2 ? 0 : i / W % H == 0 ? 0.4f : 1.6f)];
        (_mean, _logVariance, _z) = (Normal(B * K, 1), Normal(B * K, 0.7), Normal(B * K, 1));
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_ELBO_is_the_likelihood_of_the_cells_by_their_area_and_the_divergence_from_the_prior(bool training)
    {
        double[] given = [-0.5, 3];
        var squaredError = SquaredError();
        double[] variance = training ? squaredError : [.. given.Select(Math.Exp)];
        var likelihood = Enumerable.Range(0, _x.Length).Sum(i =>
        {
            var (error, sigma2) = ((double)_x[i] - _generated[i], variance[VariableOf(i)]);
            return _weights[i] * (0.5 * Math.Log(2 * Math.PI * sigma2) + error * error / (2 * sigma2));
        });
        // KL(N(m, s²) ‖ N(0, 1)) = ½ (m² + s² − 1 − log s²)
        var divergence = Enumerable.Range(0, B * K).Sum(i => 0.5 * (_mean[i] * _mean[i] + Math.Exp(_logVariance[i]) - 1 - _logVariance[i]));

        var terms = Of(new ElboLoss(), training, given);
        AssertClose(likelihood / _x.Length, terms.Reconstruction);
        AssertClose(divergence / _x.Length, terms.Divergence);
        AssertClose((likelihood + divergence) / _x.Length, terms.Total);
        Assert.All(squaredError.Zip(terms.SquaredError.data<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * pair.First));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_reference_objective_is_a_million_times_the_mean_square_and_a_sample_of_the_divergence(bool complete)
    {
        if (complete)
        {
            for (var i = 0; i < _weights.Length; i++)
            {
                _weights[i] = Math.Max(_weights[i], 0.4f);
            }
        }

        var present = Enumerable.Range(0, _x.Length).Where(i => _weights[i] > 0).ToArray();
        var reconstruction = 1e6 * present.Average(i => ((double)_x[i] - _generated[i]) * (_x[i] - _generated[i]));
        // log q(z|x) − log p(z), summed over the latents, in the mean over the fields.
        var divergence = Enumerable.Range(0, B * K).Sum(i => LogNormal(_z[i], _mean[i], Math.Exp(_logVariance[i])) - LogNormal(_z[i], 0, 1)) / B;

        var terms = Of(new ScaledSquaredErrorLoss(), training: true, [0, 0], complete);
        AssertClose(reconstruction, terms.Reconstruction);
        AssertClose(divergence, terms.Divergence);
        AssertClose(reconstruction + divergence, terms.Total);
        Assert.Equal(terms.Total.ToDouble(), terms.Reconstruction.ToDouble() + terms.Divergence.ToDouble(), 1e-7 * reconstruction);
        Assert.All(SquaredError().Zip(terms.SquaredError.data<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * pair.First));
    }

    [Fact]
    public void Both_objectives_push_the_latents_towards_the_prior()
    {
        foreach (ILoss loss in new ILoss[] { new ElboLoss(), new ScaledSquaredErrorLoss() })
        {
            var (mean, logVariance) = (Latents(_mean).requires_grad_(), Latents(_logVariance).requires_grad_()); // (B, k)
            var z = mean + (0.5 * logVariance).exp() * Latents(_z); // (B, k)
            // What is generated does not depend on z: only the divergence is left to pull.
            loss.Of(Batch(false), Fields(_generated), mean, logVariance, z, zeros(V), training: true).Total.backward();
            var scale = loss is ElboLoss ? _x.Length : B;
            // Of the sample's log p(z) the slope is z itself, whose mean over the noise is the mean.
            var slopes = (loss is ElboLoss ? mean : z).detach() / scale;
            Assert.True(mean.grad!.allclose(slopes, 1e-4, 1e-6));
        }
    }

    private LossTerms Of(ILoss loss, bool training, double[] logVariances, bool complete = false) => loss.Of(
        Batch(complete), Fields(_generated), Latents(_mean), Latents(_logVariance), Latents(_z), tensor(Array.ConvertAll(logVariances, v => (float)v)), training);

    private FieldBatch Batch(bool complete) => new(Fields(_x), Fields(_weights)) { IsComplete = complete };

    private static Tensor Fields(float[] values) => tensor(values, [B, V, H, W]);

    private static Tensor Latents(float[] values) => tensor(values, [B, K]);

    private static int VariableOf(int i) => i / (H * W) % V;

    /// <summary>By area, of each variable.</summary>
    private double[] SquaredError() => [.. Enumerable.Range(0, V).Select(v =>
    {
        var cells = Enumerable.Range(0, _x.Length).Where(i => VariableOf(i) == v).ToArray();
        return cells.Sum(i => _weights[i] * ((double)_x[i] - _generated[i]) * (_x[i] - _generated[i])) / cells.Sum(i => (double)_weights[i]);
    })];

    private static double LogNormal(double x, double mean, double variance) => -0.5 * (Math.Log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);

    private static void AssertClose(double expected, Tensor actual) => Assert.Equal(expected, actual.ToDouble(), 1e-4 * (1e-2 + Math.Abs(expected)));
}
