using TorchSharp;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Observations;
using VaeDa.Results;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

[Collection(nameof(UntrainedNetworks))]
public sealed class AssimilatorTests : IDisposable
{
    private readonly UntrainedGenerator _world = new(6);

    [Fact]
    public void A_nonlinear_generator_is_fitted_to_its_observations()
    {
        var analysis = Run(new AssimilationOptions());
        Assert.True(analysis.Diagnostics.Converged);
        Assert.InRange(analysis.Diagnostics.ChiSquare, 0.2, 1.8);
        // Far from linear though it is: what looked wrong from the prior mean was admitted again.
        Assert.Equal(0, analysis.Diagnostics.Flagged);
        Assert.True(SumOfSquares("departure") < SumOfSquares("innovation"));

        double SumOfSquares(string column) => Enumerable.Range(0, _world.Table.Count).Sum(i => Math.Pow((double)analysis.Observations[column][i] / _world.Table.Error[i]!.Value, 2));
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

    // Far steps miss, and the secants of those that were not taken teach as much as the others': without them, or with a new
    // Jacobian and damping at each step in their place, half of these do not come within the tolerance.
    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(50)]
    public void A_generator_that_bends_within_a_fraction_of_the_prior_is_searched_to_the_end(double gain)
    {
        using var world = new UntrainedGenerator(20, gain);
        var analysis = new Assimilator(world.Model, new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity }).Run(world.Table);
        Assert.True(analysis.Diagnostics.Converged);
        Assert.InRange(analysis.Diagnostics.ChiSquare, 0.1, 1);
    }

    [Fact]
    public void Withheld_observations_change_nothing_and_are_compared()
    {
        var threads = get_num_threads();
        set_num_threads(1);
        var (options, count) = (new AssimilationOptions { Members = 5, RejectBeyond = double.PositiveInfinity }, _world.Table.Count);
        bool[] withheld = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0)];
        // One that could not have been used stays one that cannot.
        var table = new ObservationTable([.. _world.Table.Observations, _world.Table.Observations[0] with { Variable = "other" }]).Withhold([.. withheld, true]);
        var analysis = new Assimilator(_world.Model, options).Run(table);
        var alone = new Assimilator(_world.Model, options).Run(_world.Table.Select(Enumerable.Range(0, count).Where(i => !withheld[i])));
        var all = Run(options).Observations;
        set_num_threads(threads);
        Assert.Equal(alone.MostProbable, analysis.MostProbable);
        Assert.Equal(alone.Members[4], analysis.Members[4]);
        Assert.Equal(alone.Observations["departure"].Cast<double>(), Of("departure", false));
        Assert.Equal((alone.Diagnostics.Observations, 1), (analysis.Diagnostics.Observations, analysis.Diagnostics.Rejected));
        var frame = analysis.Observations;
        Assert.Equal("rejected: its variable 'other' is not among 'x0', 'x1'", frame["flag"][count]);
        Assert.All(Enumerable.Range(0, count).Where(i => withheld[i]), i =>
        {
            Assert.Equal((ObservationResults.Withheld, 0.0, null), ((string)frame["flag"][i], (double)frame["weight"][i], frame["influence"][i]));
            // H of a field, and of the prior mean's, does not ask who is used.
            foreach (var column in new[] { "error", "generator_error", "first_guess", "innovation" })
            {
                Assert.Equal((double)all[column][i], (double)frame[column][i], 1e-5);
            }

            Assert.Equal(table.Anomaly[i], (double)frame["analysis"][i] + (double)frame["departure"][i], 1e-12);
            Assert.Equal(Math.Pow((double)frame["check_spread"][i], 2), Math.Pow((double)frame["spread"][i], 2) + Math.Pow((double)frame["error"][i], 2), 1e-12);
        });
        Assert.Equal(withheld.Count(w => w), analysis.Diagnostics.Withheld.Sum(score => score.Observations));
        var ofFirst = Enumerable.Range(0, count).Where(i => withheld[i] && table.Variable[i] == "x0").ToList();
        var first = analysis.Diagnostics.Withheld[0];
        Assert.Equal(("x0", ofFirst.Count), (first.Variable, first.Observations));
        Assert.Equal(Math.Sqrt(ofFirst.Average(i => Math.Pow((double)frame["departure"][i], 2))), first.Rmse, 1e-12);
        Assert.Equal(Math.Sqrt(ofFirst.Average(i => Math.Pow((double)frame["check_spread"][i], 2))), first.Expected!.Value, 1e-12);
        Assert.Equal(WithheldScore.Together([first]), [first]);
        Assert.Equal(2 * first.Observations, WithheldScore.Together([first, first]).Single().Observations);

        IEnumerable<double> Of(string column, bool isWithheld) => Enumerable.Range(0, count).Where(i => withheld[i] == isWithheld).Select(i => (double)analysis.Observations[column][i]);
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
        Assert.All(one.Mean.Zip(two.Mean).Index(), p => Assert.Equal(p.Item.First, p.Item.Second, 1e-3 * SizeOf(p.Index)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Members_on_disk_are_those_in_memory(int count)
    {
        var threads = get_num_threads();
        set_num_threads(1);
        using var folder = new TemporaryFolder();
        var options = new AssimilationOptions { Members = count };
        using (var members = new MembersOnDisk(folder.Path, count, _world.Model.FieldLength))
        {
            var analysis = new Assimilator(_world.Model, options).Run(_world.Table, members);
            var expected = Run(options);
            Assert.Equal(count, analysis.Members.Count);
            Assert.Equal(expected.Members, analysis.Members);
            Assert.Equal(expected.MostProbable, analysis.MostProbable);
            Assert.Equal(expected.Spread, analysis.Spread);
            if (count > 0)
            {
                Assert.All(Enumerable.Range(0, expected.Mean.Length), x => Assert.Equal(expected.Members.Average(m => (double)m[x]), expected.Mean[x], 1e-4 * SizeOf(x)));
                // Over M − 1.
                Assert.All(Enumerable.Range(0, expected.Mean.Length), x => Assert.Equal(
                    Math.Sqrt(expected.Members.Sum(m => Math.Pow(m[x] - (double)expected.Mean[x], 2)) / (count - 1)), expected.Spread[x], 1e-4 * SizeOf(x)));
            }
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        set_num_threads(threads);
    }

    [Fact]
    public void More_observations_than_memory_holds_are_refused_in_one_line()
    {
        var many = new ObservationTable(Enumerable.Range(0, 200_000).Select(i => new Observation(i % 80, i % 360, 0) { Variable = "x0", Error = 1 }));
        var refusal = Assert.Throws<InvalidInputException>(() => new Assimilator(_world.Model, new AssimilationOptions { AverageBeyond = 200_000 }).Run(many));
        Assert.Contains("200000 observations need 1600 GB", refusal.Message);
        Assert.EndsWith("average beyond a smaller number", refusal.Message);
        Assert.Equal(nameof(AssimilationOptions.AverageBeyond), refusal.Setting);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Observations_that_cannot_be_used_are_counted_and_given_a_reason()
    {
        var with = new ObservationTable([.. _world.Table.Observations, new Observation(10, 10, 1) { Variable = "humidity", Error = 1 }]);
        var analysis = new Assimilator(_world.Model, new AssimilationOptions { Members = 0 }).Run(with);
        Assert.Equal(1, analysis.Diagnostics.Rejected);
        Assert.StartsWith("rejected: ", (string)analysis.Observations["flag"][_world.Table.Count], StringComparison.Ordinal);
        Assert.Null(analysis.Observations["departure"][_world.Table.Count]);
    }

    [Theory]
    [InlineData(false, 4000)]
    [InlineData(true, 4000)]
    [InlineData(false, 100)]
    public void An_analysis_that_believes_no_observation_is_refused(bool estimatesErrors, int averageBeyond)
    {
        var random = new Random(6);
        var wrong = new ObservationTable(Enumerable.Range(0, 150).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, random.Next(2) * 2e6 - 1e6) { Variable = $"x{i % 2}", Error = 0.02 }));
        var options = new AssimilationOptions { EstimateError = estimatesErrors, AverageBeyond = averageBeyond, RejectBeyond = 0.01 };
        var refusal = Assert.Throws<InvalidInputException>(() => new Assimilator(_world.Model, options).Run(wrong));
        Assert.Contains("all 150 observations depart by more than 0.01 standard deviations", refusal.Message);
        Assert.Equal(nameof(AssimilationOptions.RejectBeyond), refusal.Setting);
    }

    [Fact]
    public void An_observation_without_an_error_needs_one_from_the_options()
    {
        var without = new ObservationTable(_world.Table.Observations.Select(o => o with { Error = null }));
        var refusal = Assert.Throws<InvalidInputException>(() => new Assimilator(_world.Model, new AssimilationOptions()).Run(without));
        Assert.Contains("no error", refusal.Message);
        Assert.Equal(0.5, new Assimilator(_world.Model, new AssimilationOptions { Members = 0, DefaultErrors = new Dictionary<string, double> { ["x0"] = 0.5, ["x1"] = 0.5 } }).Run(without).Observations["error"][0]);
    }

    [Fact]
    public void Chains_report_how_well_they_have_mixed_and_need_members()
    {
        var sampler = Run(new AssimilationOptions { Method = AssimilationMethod.Hmc }).Diagnostics.Sampler!;
        Assert.InRange(sampler.RHat, 0.99, 1.05);
        Assert.InRange(sampler.EffectiveSize, 500, 10 * sampler.Chains * sampler.DrawsPerChain);
        Assert.InRange(sampler.Acceptance, 0.6, 0.99);
        Assert.Null(Run(new AssimilationOptions { Members = 3 }).Diagnostics.Sampler);
        Assert.Contains("hmc", Assert.Throws<InvalidInputException>(() => new AssimilationOptions { Method = AssimilationMethod.Hmc, Members = 0 }.Validated()).Message);
    }

    [Fact]
    public void Ten_assimilations_leave_no_live_tensor_behind()
    {
        Run(new AssimilationOptions { Members = 4 });
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 10; i++)
        {
            Run(new AssimilationOptions { Members = 4, Method = i switch { 2 => AssimilationMethod.Laplace, 3 => AssimilationMethod.Hmc, 4 => AssimilationMethod.Adam, _ => AssimilationMethod.GaussNewton } });
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    public void Dispose() => _world.Dispose();

    private double SizeOf(int place) => SyntheticFields.Sizes(2)[place / _world.Model.Grid.Cells];

    private Analysis Run(AssimilationOptions options) => new Assimilator(_world.Model, options).Run(_world.Table);
}
