using VaeDa.Assimilation;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Time;
using VaeDa.Model.Memory;
using VaeDa.Tests.Assimilation.Time;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>With EOFs as the generator a whole sequence is one Gaussian problem, whose solution has a closed form.</summary>
public sealed class SequenceAssimilatorTests : IDisposable
{
    private static readonly AssimilationOptions MostProbable = new() { Members = 0, RejectBeyond = double.PositiveInfinity };

    private readonly RememberingWorld _world = Remembering(0);

    public void Dispose() => _world.Dispose();

    /// <param name="remainder">φ.</param>
    private static RememberingWorld Remembering(double remainder) => new(d => RandomMatrix.SecondOrder(d, seed: 2, least: 0.5, remainder: remainder));

    [Fact]
    public void The_most_probable_sequence_is_the_joint_solution_of_all_dates()
    {
        using var scope = NewDisposeScope();
        using var joint = new JointSolution(_world);
        var analyses = _world.Assimilate(MostProbable);
        var (prior, k) = (_world.Model.Prior, _world.Model.LatentSize);
        var latents = stack([.. analyses.Select(a => (tensor(a.Latent) - prior.LatentMean) / prior.LatentVariance.sqrt())]); // (T, k)
        var fields = stack([.. analyses.Select(a => tensor(a.MostProbable).to(float64))]); // (T, N)
        // Fields are made in single precision.
        AssertSmall(latents - joint.States.narrow(1, 0, k), 1e-6);
        AssertSmall((fields - joint.Mean) / joint.Prior, 1e-6);
        Assert.All(analyses, a => Assert.True(a.Diagnostics.Converged));
    }

    [Fact]
    public void The_curvature_is_the_inverse_of_the_joint_covariance()
    {
        using var scope = NewDisposeScope();
        using var joint = new JointSolution(_world);
        var d = (int)joint.States.shape[1];
        using var prior = new TrajectoryPrior(_world.Model.Memory!, _world.Times.Count);
        var dates = _world.Times.Zip(_world.Tables, (time, table) => SequenceDate.Of(_world.Model, MostProbable, time, RemainderNoise.Of(Noise.Of(1, time)), table, TestContext.Current.CancellationToken)).ToArray();
        using var curvature = BlockBand.Factor(dates.Length, t => dates[t].Information is { } information ? prior.Diagonal(t).add_(information) : prior.Diagonal(t), prior.Below, prior.Second);
        var whole = dates.Length * d;
        var covariance = curvature.Solve(eye(whole, dtype: float64).reshape(whole, dates.Length, d)).reshape(whole, whole); // (T d, T d)
        AssertSmall(covariance - joint.StateCovariance, 1e-6);
        Array.ForEach(dates, date => date.Dispose());
    }

    [Fact]
    public void Each_observation_is_checked_beside_all_others_of_all_dates()
    {
        using var scope = NewDisposeScope();
        using var joint = new JointSolution(_world);
        var analyses = _world.Assimilate(MostProbable);
        var expected = joint.LeftOut.data<double>().ToArray(); // (2, n)
        var (departures, spreads) = (Column("check_departure"), Column("check_spread")); // (n)
        Assert.Equal(expected.Length, 2 * departures.Length);
        Assert.All(Enumerable.Range(0, departures.Length), i =>
        {
            var spread = expected[departures.Length + i];
            Assert.Equal(spread, spreads[i], 1e-5 * spread);
            Assert.Equal(expected[i], departures[i], 1e-4 * spread);
        });
        // The others of the date alone know less.
        Assert.True(Column("date_spread").Zip(spreads).All(s => s.First > s.Second));

        double[] Column(string name) => [.. analyses.Where(a => a.Observations.Rows.Count > 0).SelectMany(a => ((Microsoft.Data.Analysis.DoubleDataFrameColumn)a.Observations[name]).Select(v => v!.Value))];
    }

    [Fact]
    public void The_fewer_fields_the_covariances_are_worth_the_more_members_spread()
    {
        var options = MostProbable with { Members = 100 };
        var (certain, of8, of4) = (Variance(double.PositiveInfinity), Variance(8), Variance(4));
        // As 1 / N, but for what the noise of draws that differ adds.
        Assert.InRange((of4 - certain) / (of8 - certain), 1.8, 2.2);
        Assert.True(of8 > 1.2 * certain);

        double Variance(double samples)
        {
            using var memory = _world.Model.Memory!.WithSampleSize(samples);
            using var model = _world.Model.Remembering(memory);
            return _world.Assimilate(options, model: model).Average(a => a.Spread.Select((s, x) => Math.Pow(s / SyntheticFields.Sizes(2)[x / model.Grid.Cells], 2)).Average());
        }
    }

    [Fact]
    public void What_only_other_dates_speak_against_is_found()
    {
        // Of all dates the observation that can be the furthest from what all others say, and yet the nearest to what those of its date do.
        const double far = 4.6;
        var (date, row, sign) = _world.Assimilate(MostProbable).SelectMany((a, t) => Enumerable.Range(0, (int)a.Observations.Rows.Count).SelectMany(i => new[] { (t, i, Sign: -1), (t, i, Sign: 1) }.Select(c =>
            (Choice: c, Alone: Math.Abs(Of(a, i, "date_departure") - Of(a, i, "check_departure") + c.Sign * far * Of(a, i, "check_spread")) / Of(a, i, "date_spread"))))).MinBy(c => c.Alone).Choice;
        var before = _world.Assimilate(MostProbable)[date];
        var (departure, spread) = (Of(before, row, "check_departure"), Of(before, row, "check_spread"));
        var tables = _world.Tables.ToArray();
        tables[date] = new(tables[date]!.Observations.Select((o, i) => i == row ? o with { Anomaly = o.Anomaly - departure + sign * far * spread } : o));
        var options = new AssimilationOptions { Members = 0 };
        Assert.Equal(0, new Assimilator(_world.Model, options).Run(tables[date]!, TestContext.Current.CancellationToken).Diagnostics.Flagged);

        var together = _world.Assimilate(options, tables);
        Assert.Equal(1, together[date].Diagnostics.Flagged);
        Assert.Equal("outlier", together[date].Observations["flag"][row]);
        Assert.Equal(sign * far * spread, Of(together[date], row, "check_departure"), 1e-3 * spread);
        Assert.Equal(spread, Of(together[date], row, "check_spread"), 1e-4 * spread);
        // It has no influence on any date.
        tables[date] = tables[date]!.Select(Enumerable.Range(0, tables[date]!.Count).Where(i => i != row));
        var without = _world.Assimilate(options, tables);
        using var scope = NewDisposeScope();
        for (var t = 0; t < without.Length; t++)
        {
            AssertSmall((tensor(together[t].MostProbable) - tensor(without[t].MostProbable)) / tensor(_world.Model.ClimatologicalStandardDeviation), 1e-4);
        }

        static double Of(Analysis analysis, int row, string column) => (double)analysis.Observations[column][row];
    }

    // As of one date: a mean of M draws has a standard error of σ / √M, a covariance of standardised values one of √((1 + ρ²) / M).
    // Where what the patterns leave remembers too, the members' covariances are those of the analysis' errors.
    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void Members_are_histories_with_the_joint_mean_and_covariances(double remainder)
    {
        const int members = 1000;
        using var scope = NewDisposeScope();
        using var world = Remembering(remainder);
        using var joint = new JointSolution(world);
        var analyses = world.Assimilate(MostProbable with { Members = members });
        var samples = new List<Tensor>(); // (M, N) each, standardised
        var deviations = new List<Tensor>(); // (N) each
        for (var t = 0; t < analyses.Length; t++)
        {
            var sigma = joint.Covariance(t, t).diagonal().sqrt(); // (N)
            var standardised = (tensor(analyses[t].Mean).to(float64) - joint.Mean[t]) / sigma; // (N)
            Assert.True(standardised.square().mean().sqrt().item<double>() < 3 / Math.Sqrt(members), $"date {t}: {standardised.square().mean().sqrt().item<double>():g3}");
            var ratio = tensor(analyses[t].Spread).to(float64) / sigma; // (N)
            Assert.InRange(ratio.mean().item<double>(), 0.97, 1.03);
            Assert.InRange(ratio.min().item<double>(), 0.88, 1.12);
            Assert.InRange(ratio.max().item<double>(), 0.88, 1.12);
            var sample = stack([.. analyses[t].Members.Select(f => tensor(f).to(float64))]); // (M, N)
            samples.Add((sample - sample.mean([0])) / sigma);
            deviations.Add(sigma);
            Assert.Equal(0, analyses[t].Diagnostics.UnconvergedMembers);
        }

        for (var row = 0; row < analyses.Length; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var correlation = samples[row].transpose(0, 1).matmul(samples[column]) / (members - 1); // (N, N)
                var expected = joint.Covariance(row, column) / deviations[row].unsqueeze(1) / deviations[column]; // (N, N)
                var rms = (correlation - expected).square().mean().sqrt().item<double>();
                Assert.True(rms < 1.5 / Math.Sqrt(members), $"rms error of the correlations of dates {row} and {column}: {rms:g3}");
                // In the mean over cells there is less of chance.
                var same = (correlation - expected).diagonal().mean().item<double>();
                Assert.True(Math.Abs(same) < 0.05, $"mean error of the correlations of cells with themselves on dates {row} and {column}: {same:g3}");
            }
        }

        // Were it nothing, this test would show nothing.
        Assert.True(joint.Covariance(2, 1).square().mean().item<double>() > 0.01 * joint.Covariance(1, 1).square().mean().item<double>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_memory_each_date_is_its_analysis_alone(bool pastOnly)
    {
        using var world = new RememberingWorld(d => new StateMemory(zeros([d, d], float64), 1));
        // An outlier on one date, so that quality control has something to do.
        var tables = world.Tables.ToArray();
        tables[3] = new([.. tables[3]!.Observations.Select((o, i) => i == 7 ? o with { Anomaly = o.Anomaly + 12 * SyntheticFields.Sizes(2)[1] } : o)]);
        var options = new AssimilationOptions { Members = 10 };
        var together = world.Assimilate(options, tables, pastOnly);
        var scale = Enumerable.Range(0, 2).SelectMany(v => Enumerable.Repeat((float)SyntheticFields.Sizes(2)[v], world.Model.Grid.Cells)).ToArray(); // (N)
        var observed = Enumerable.Range(0, tables.Length).Where(t => tables[t] is not null).ToArray();
        foreach (var t in observed)
        {
            var alone = new Assimilator(world.Model, options).Run(tables[t]!, TestContext.Current.CancellationToken);
            Assert.Equal(t == 3 ? 1 : 0, alone.Diagnostics.Flagged);
            AssertNear(alone.MostProbable, together[t].MostProbable, 1e-5);
            AssertNear(alone.Mean, together[t].Mean, 1e-5);
            Assert.All(alone.Members.Zip(together[t].Members), pair => AssertNear(pair.First, pair.Second, 1e-4));
            Assert.Equal(alone.Diagnostics.Cost, together[t].Diagnostics.Cost, 1e-4);
            Assert.Equal(alone.Diagnostics.Flagged, together[t].Diagnostics.Flagged);
        }

        // Where nothing is observed the prior is all there is.
        using var scope = NewDisposeScope();
        AssertNear(world.Model.Decode(world.Model.Prior.LatentMean.unsqueeze(0)).data<float>().ToArray(), together[2].MostProbable, 1e-6);

        void AssertNear(float[] expected, float[] found, double tolerance) => AssertSmall((tensor(found) - tensor(expected)) / tensor(scale), tolerance);
    }

    /// <summary>Errors of numbers of about 1.</summary>
    private static void AssertSmall(Tensor errors, double tolerance)
    {
        var (rms, most) = (errors.square().mean().sqrt().to(float64).item<double>(), errors.abs().max().to(float64).item<double>());
        Assert.True(rms < tolerance && most < 10 * tolerance, $"errors of {rms:g3}, the largest {most:g3}");
    }
}
