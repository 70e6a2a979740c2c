using VaeDa.Assimilation;
using VaeDa.Model.Memory;
using VaeDa.Tests.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>
/// With EOFs as the generator the filter is Kalman's: each date has the mean and the covariance of the joint problem of all dates up to it, which has a closed form.
/// </summary>
public sealed class SequenceFilterTests : IDisposable
{
    private static readonly AssimilationOptions MostProbable = new() { Members = 0, RejectBeyond = double.PositiveInfinity };

    private readonly RememberingWorld _world = new(d => RandomMatrix.SecondOrder(d, seed: 2, least: 0.5));

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_date_is_the_last_of_the_joint_solution_of_the_dates_up_to_it(bool isOfTwo)
    {
        using var scope = NewDisposeScope();
        using var ofOne = isOfTwo ? null : new RememberingWorld(d => new StateMemory(RandomMatrix.Transition(d, seed: 2, least: 0.5), 0.5));
        var world = ofOne ?? _world;
        var analyses = world.Assimilate(MostProbable, pastOnly: true);
        var (prior, k) = (world.Model.Prior, world.Model.LatentSize);
        for (var t = 0; t < analyses.Length; t++)
        {
            using var joint = new JointSolution(world, t + 1);
            var latents = (tensor(analyses[t].Latent) - prior.LatentMean) / prior.LatentVariance.sqrt(); // (k)
            AssertSmall(latents - joint.States[t].narrow(0, 0, k), 1e-6);
            AssertSmall((tensor(analyses[t].MostProbable).to(float64) - joint.Mean[t]) / joint.Prior, 1e-6);
            Assert.True(analyses[t].Diagnostics.Converged);
        }

        // Were what comes after nothing, this test would show nothing.
        using var all = new JointSolution(world);
        using var first = new JointSolution(world, 1);
        Assert.True((all.States[0] - first.States[0]).abs().max().item<double>() > 0.1);
    }

    // A mean of M draws has a standard error of σ / √M, and their standard deviation one of σ / √(2 M).
    [Fact]
    public void Members_have_the_mean_and_the_spread_of_the_dates_up_to_theirs()
    {
        const int members = 1000;
        using var scope = NewDisposeScope();
        var analyses = _world.Assimilate(MostProbable with { Members = members }, pastOnly: true);
        for (var t = 0; t < analyses.Length; t++)
        {
            using var joint = new JointSolution(_world, t + 1);
            var sigma = joint.Covariance(t, t).diagonal().sqrt(); // (N)
            var standardised = (tensor(analyses[t].Mean).to(float64) - joint.Mean[t]) / sigma; // (N)
            Assert.True(standardised.square().mean().sqrt().item<double>() < 3 / Math.Sqrt(members), $"date {t}: {standardised.square().mean().sqrt().item<double>():g3}");
            var ratio = tensor(analyses[t].Spread).to(float64) / sigma; // (N)
            Assert.InRange(ratio.mean().item<double>(), 0.97, 1.03);
            Assert.InRange(ratio.min().item<double>(), 0.88, 1.12);
            Assert.InRange(ratio.max().item<double>(), 0.88, 1.12);
            Assert.Equal(0, analyses[t].Diagnostics.UnconvergedMembers);
        }
    }

    [Fact]
    public void What_comes_after_changes_no_bit()
    {
        var options = new AssimilationOptions { Members = 3 };
        var whole = _world.Assimilate(options, pastOnly: true);
        var less = _world.Assimilate(options, [.. _world.Tables.Select((table, t) => t > 3 ? null : table)], pastOnly: true);
        for (var t = 0; t < whole.Length; t++)
        {
            Assert.Equal(t < 7, whole[t].MostProbable.SequenceEqual(less[t].MostProbable));
            Assert.Equal(t < 7, whole[t].Members[2].SequenceEqual(less[t].Members[2]));
        }
    }

    /// <summary>Errors of numbers of about 1.</summary>
    private static void AssertSmall(Tensor errors, double tolerance)
    {
        var (rms, most) = (errors.square().mean().sqrt().to(float64).item<double>(), errors.abs().max().to(float64).item<double>());
        Assert.True(rms < tolerance && most < 10 * tolerance, $"errors of {rms:g3}, the largest {most:g3}");
    }
}
