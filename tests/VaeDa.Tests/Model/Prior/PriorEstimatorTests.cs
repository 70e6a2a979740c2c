using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Prior;

public sealed class PriorEstimatorTests
{
    private static readonly Normalisation Plain = new() { Scale = [2.0], Offset = [0.0] };

    [Fact]
    public void Patterns_and_remainder_together_are_the_held_out_error_of_an_EOF_truncation()
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = (SyntheticFields.Make(600), SyntheticFields.Make(300, seed: 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, heldOut, Plain, CPU);
        Assert.Equal([12L, training.FieldLength()], prior.ResidualPatterns.Whole().shape);
        // Twelve waves and white noise of 0.3: four modes leave eight waves, which twelve patterns hold; the rest is noise.
        Assert.All(prior.RemainderError(), e => Assert.InRange(e, 0.2, 0.35));
        var residuals = stack(Enumerable.Range(0, heldOut.Count).Select(i => Residual(eof, heldOut.Read(i))).ToList()); // (S, N)
        var covariance = residuals.transpose(0, 1).matmul(residuals) / heldOut.Count; // (N, N)
        var sigma = tensor(prior.GeneratorError); // (N)
        Assert.InRange((sigma.square().mean() / covariance.diagonal().mean()).item<float>(), 0.98, 1.02);
        var p = prior.ResidualPatterns.Whole(); // (m, N)
        var modelled = p.transpose(0, 1).matmul(p); // (N, N)
        modelled.diagonal().copy_(sigma.square());
        Assert.True(((modelled - covariance).norm() / covariance.norm()).item<float>() < 0.15);
    }

    [Fact]
    public void Without_patterns_the_error_by_place_is_that_of_the_held_out_fields()
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = (SyntheticFields.Make(200), SyntheticFields.Make(50, seed: 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, heldOut, Plain, CPU, patterns: false);
        var residuals = stack(Enumerable.Range(0, heldOut.Count).Select(i => Residual(eof, heldOut.Read(i))).ToList()); // (S, N)
        Assert.True(tensor(prior.GeneratorError).allclose(residuals.square().mean([0]).sqrt(), 1e-4));
        Assert.Same(prior.GeneratorError, prior.RemainderError());
    }

    [Fact]
    public void The_prior_has_the_variance_of_fields_held_out()
    {
        var training = SyntheticFields.Make(200);
        var louder = new InMemoryFields(training.Grid, training.Variables, [.. Enumerable.Range(0, 200).Select(i => Array.ConvertAll(training.Read(i), x => 1.5f * x))]);
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, louder, Plain, CPU);
        Assert.InRange(prior.LatentVariance.mean().item<float>(), 2.2, 2.3);
    }

    [Fact]
    public void Winter_is_louder_than_summer_where_the_fields_are()
    {
        // Seven years of fields each fourth day, whose standard deviation is 1.5 in January and 0.5 in July.
        var (training, heldOut) = (Seasonal(640, 1990, 7), Seasonal(92, 1997, 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, heldOut, Plain, CPU);
        var (january, july) = (Variances(new DateTime(2001, 1, 1)), Variances(new DateTime(2001, 7, 2)));
        // (1.5 / 0.5)² = 9; the latents' covariances are in part of the months about each, and hold the encoder's own uncertainty.
        Assert.InRange(january.Latents / july.Latents, 5.5, 9);
        Assert.InRange(january.Error / july.Error, 6.5, 11);
        var (always, factor, regression) = prior.At(null);
        using (always)
        {
            Assert.Null(factor);
            Assert.Null(regression);
            Assert.Equal(prior.GeneratorError, always.GeneratorError);
        }

        (double Latents, double Error) Variances(DateTime time)
        {
            using var scope = NewDisposeScope();
            var (then, l, _) = prior.At(time); // (k, k)
            using var owned = then;
            Assert.True(then.LatentVariance.eq(1).all().item<bool>());
            return (l!.square().sum().item<double>(), then.GeneratorError.Average(e => e * e));
        }
    }

    [Fact]
    public void The_prior_of_a_season_has_the_variance_of_its_fields_by_place()
    {
        // The two halves of the world take turns.
        var (training, heldOut) = (Seasonal(12 * 92, 1980, 7, Turns), Seasonal(2 * 92, 1997, 8, Turns));
        using var model = Model(training, heldOut);
        foreach (var (time, quiet) in new[] { (new DateTime(2001, 1, 15), 1), (new DateTime(2001, 7, 15), 0) })
        {
            using var scope = NewDisposeScope();
            using var then = model.At(time);
            var variance = (then.LinearPatterns()!.square().sum([0]) + tensor(then.Prior.GeneratorError).square()).reshape(2, -1).mean([1]); // (2)
            var fields = stack([.. Enumerable.Range(0, training.Count).Where(t => Math.Abs((training.TimeOf(t) - new DateTime(training.TimeOf(t).Year, time.Month, time.Day)).TotalDays) < 15).Select(t => tensor(training.Read(t)))]); // (T, N)
            var ratio = variance / fields.square().mean([0]).reshape(2, -1).mean([1]); // (2)
            Assert.InRange(ratio[quiet].item<float>(), 0.8, 1.35);
            Assert.InRange(ratio[1 - quiet].item<float>(), 0.85, 1.15);
        }
    }

    [Fact]
    public void What_a_generator_makes_of_other_places_counts_for_less()
    {
        // The same waves in both halves of the world, in turns: in January what is generated in the south is of waves in the north.
        var (training, heldOut) = (Seasonal(6 * 92, 1980, 7, Turns), Seasonal(92, 1997, 8, Turns));
        using var model = Model(training, heldOut);
        using var then = model.At(new DateTime(2001, 1, 15));
        using var scope = NewDisposeScope();
        using var z = randn(5, then.LatentSize);
        var beta = tensor(model.Prior.GeneratorRegression.At(new DateTime(2001, 1, 15))); // (N)
        Assert.InRange(beta.narrow(0, 0, 64).mean().item<float>(), 1, 2);
        Assert.InRange(beta.narrow(0, 64, 64).mean().item<float>(), 0.2, 0.7);
        var whole = then.Decode(z); // (5, N)
        Assert.True(whole.allclose(beta * model.Decode(then.NetworkLatents(z.to(float64)).to(float32)), 1e-4, 1e-5));
        Assert.True(then.NetworkLatents(then.Encode(training.Read(0)).to(float64)).to(float32).allclose(model.Encode(training.Read(0)), 1e-4, 1e-4));
        int[] cells = [3, 70, 127];
        var some = tensor(Array.ConvertAll(cells, c => (long)c)); // (3)
        Assert.True(then.LinearPatterns(cells)!.flatten(1).allclose(then.LinearPatterns()!.index_select(1, some), 1e-5, 1e-6));
        Assert.True(then.ScaleAt(cells).flatten().allclose(2 * beta.index_select(0, some)));
    }

    [Fact]
    public void A_generator_that_makes_nothing_leaves_the_season_to_the_error()
    {
        var (training, heldOut) = (Seasonal(6 * 92, 1980, 7), Seasonal(92, 1997, 8));
        using var nothing = new ClimatologyAutoencoder(training.Grid, [0]);
        using var prior = PriorEstimator.Of(nothing, training, heldOut, Plain, CPU);
        Assert.All(prior.GeneratorRegression.At(new DateTime(2001, 1, 1)), beta => Assert.Equal(1, beta, 1e-5));
        var (january, july) = (prior.ErrorSeason.DeviationAt(new DateTime(2001, 1, 1)), prior.ErrorSeason.DeviationAt(new DateTime(2001, 7, 2)));
        Assert.InRange(january.Average() / july.Average(), 2.5, 3.5);
    }

    [Fact]
    public void Fewer_than_five_years_give_no_season()
    {
        var (training, heldOut) = (Seasonal(4 * 92, 1990, 7), Seasonal(92, 1997, 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, heldOut, Plain, CPU);
        Assert.Equal(0, prior.LatentSeason.Monthly.shape[0]);
        Assert.False(prior.GeneratorRegression.Changes);
        Assert.False(prior.ErrorSeason.Changes);
    }

    [Fact]
    public void A_small_variable_beside_a_large_one_has_the_error_that_it_has()
    {
        // Humidity of 10⁻³ kg kg⁻¹ beside pressure of 500 Pa.
        using var scope = NewDisposeScope();
        var (plain, normalisation) = (SyntheticFields.Sizes(2), new Normalisation { Scale = [1e-3, 500], Offset = [0, 0] });
        var (training, heldOut) = (Fields(200, 7), Fields(50, 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, normalisation, 4), training.Grid, 2);
        using var prior = PriorEstimator.Of(eof, training, heldOut, normalisation, CPU);
        foreach (var v in (int[])[0, 1])
        {
            var deviation = Rms(Enumerable.Range(0, heldOut.Count).SelectMany(t => heldOut.Read(t)[OfVariable(v)]));
            Assert.InRange(Rms(prior.GeneratorError[OfVariable(v)]) / deviation, 0.3, 0.8);
        }

        InMemoryFields Fields(int count, int seed) => SyntheticFields.InUnits(SyntheticFields.Make(count, variables: 2, seed: seed), 4e-4 / plain[0], 200 / plain[1]);
        System.Range OfVariable(int v) => (v * training.Grid.Cells)..((v + 1) * training.Grid.Cells);
        static double Rms(IEnumerable<float> values) => Math.Sqrt(values.Average(x => (double)x * x));
    }

    // Pa as hPa, m² s⁻² as gpm, kg kg⁻¹ as g kg⁻¹ and back, and a unit that nobody has.
    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(1, 100)]
    [InlineData(9.80665, 1)]
    [InlineData(1 / 9.80665, 1000)]
    [InlineData(1e-6, 1e5)]
    public void The_same_fields_in_other_units_have_the_same_statistics(double first, double second)
    {
        using var scope = NewDisposeScope();
        double[] factors = [first, second];
        // The second is all but noise: what its patterns are worth is not what the first's are.
        var (training, heldOut) = (Noisy(Seasonal(640, 1990, 7, variables: 2)), Noisy(Seasonal(92, 1997, 8, variables: 2)));
        // The same EOFs for both: found anew they might have other signs.
        using var basis = EofBasis.Of(training, Scaled([1, 1]), 4);
        var eof = new EofAutoencoder(basis, training.Grid, 2);
        using var expected = Of(training, heldOut, [1, 1]);
        using var found = Of(SyntheticFields.InUnits(training, factors), SyntheticFields.InUnits(heldOut, factors), factors);
        Assert.True(expected.LatentMean.allclose(found.LatentMean, 0, 1e-4));
        AssertAlike(expected.LatentVariance, found.LatentVariance);
        AssertAlike(expected.LatentSeason.Monthly, found.LatentSeason.Monthly);
        Assert.Equal(expected.ResidualCorrelation, found.ResidualCorrelation);
        AssertAlike(tensor(expected.GeneratorRegression.Coefficients), tensor(found.GeneratorRegression.Coefficients));
        AssertAlike(tensor(expected.ErrorSeason.Coefficients), tensor(found.ErrorSeason.Coefficients));
        var units = tensor(factors).to(float32).repeat_interleave(training.Grid.Cells); // (N)
        AssertAlike(tensor(expected.GeneratorError), tensor(found.GeneratorError) / units);
        // What counts of patterns is what they are together.
        Assert.True(expected.ResidualPatterns.Count > 20);
        AssertAlike(Covariance(expected.ResidualPatterns.Whole()), Covariance(found.ResidualPatterns.Whole() / units));

        PriorStatistics Of(InMemoryFields learnt, InMemoryFields others, double[] by) => PriorEstimator.Of(eof, learnt, others, Scaled(by), CPU);
        static Normalisation Scaled(double[] by) => new() { Scale = [2 * by[0], 300 * by[1]], Offset = [0, 0.5] };
        static InMemoryFields Noisy(InMemoryFields fields)
        {
            var random = new Random(3);
            for (var t = 0; t < fields.Count; t++)
            {
                foreach (ref var x in fields[t].AsSpan(fields.Grid.Cells))
                {
                    x = (float)(0.3 * x + SyntheticFields.Sizes(2)[1] * 2 * SyntheticFields.Normal(random));
                }
            }

            return fields;
        }

        static Tensor Covariance(Tensor patterns) => patterns.transpose(0, 1).matmul(patterns); // (N, N)
        static void AssertAlike(Tensor expected, Tensor found) =>
            Assert.True(((expected - found).norm() / expected.norm()).item<float>() < 1e-3, $"{((expected - found).norm() / expected.norm()).item<float>():g3}");
    }

    /// <summary>A quarter of winter's standard deviation in summer, of either half of the world.</summary>
    private static double Turns(DateTime time, int row) => 0.625 + (row < 4 ? 0.375 : -0.375) * Math.Cos(2 * Math.PI * (time.DayOfYear - 1) / 365.25);

    [Fact]
    public void A_place_that_is_always_generated_right_still_has_an_error()
    {
        var (training, heldOut) = (WithoutCell(SyntheticFields.Make(100)), WithoutCell(SyntheticFields.Make(60, seed: 8)));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, heldOut, Plain, CPU, patterns: false);
        Assert.InRange(prior.GeneratorError[5], 1e-4 * prior.GeneratorError.Average(), 0.1 * prior.GeneratorError.Average());

        static InMemoryFields WithoutCell(InMemoryFields fields)
        {
            for (var t = 0; t < fields.Count; t++)
            {
                fields[t][5] = 0;
            }

            return fields;
        }
    }

    [Fact]
    public void Fields_held_out_of_one_season_tell_the_error_of_the_year()
    {
        var training = Seasonal(6 * 92, 1990, 7);
        var all = Seasonal(4 * 92, 1998, 8);
        int[] winter = [.. Enumerable.Range(0, all.Count).Where(t => all.TimeOf(t).Month is 12 or 1 or 2)];
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, new FieldSubset(all, winter), Plain, CPU, patterns: false);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var squares = stack(winter.Select(t => Residual(eof, all.Read(t)).square()).ToList()).mean([0]); // (N)
        var season = tensor(prior.ErrorSeason.DeviationAt(new DateTime(2001, 1, 15)).ToArray()); // (N)
        var ratio = ((tensor(prior.GeneratorError) * season).square().mean() / squares.mean()).item<float>();
        // The deviation is largest in the middle of winter.
        Assert.InRange(Math.Sqrt(ratio), 0.95, 1.15);
        Assert.True(season.mean().item<float>() > 1.3);
    }

    // With EOFs of the whole fields, so that the latents are the same ones.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gaps_at_random_leave_the_statistics_as_they_are(bool seasonal)
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = seasonal ? (Seasonal(640, 1990, 7), Seasonal(184, 1997, 8)) : (SyntheticFields.Make(600), SyntheticFields.Make(300, seed: 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var whole = PriorEstimator.Of(eof, training, heldOut, Plain, CPU);
        using var gaps = PriorEstimator.Of(eof, SyntheticFields.WithGaps(training), SyntheticFields.WithGaps(heldOut, seed: 12), Plain, CPU);
        Assert.True((gaps.LatentVariance / whole.LatentVariance - 1).abs().max().item<float>() < 0.1);
        Assert.True((gaps.LatentMean - whole.LatentMean).abs().max().item<float>() < 0.1);
        // Each place's standard deviation is that of 70% of the fields.
        var ratio = tensor(gaps.GeneratorError) / tensor(whole.GeneratorError); // (N)
        Assert.InRange(ratio.mean().item<float>(), 0.93, 1.05);
        Assert.InRange((ratio - ratio.mean()).square().mean().sqrt().item<float>(), 0, 0.08);
        Assert.True(((Covariance(gaps) - Covariance(whole)).norm() / Covariance(whole).norm()).item<float>() < 0.2);
        Assert.InRange(gaps.ResidualPatterns.Count, 0.65 * whole.ResidualPatterns.Count, whole.ResidualPatterns.Count);
        Assert.Equal(whole.IsSeasonal, gaps.IsSeasonal);
        if (seasonal)
        {
            var (winter, summer) = (new DateTime(2001, 1, 1), new DateTime(2001, 7, 2));
            Assert.InRange(Ratio(gaps.ErrorSeason.DeviationAt) / Ratio(whole.ErrorSeason.DeviationAt), 0.9, 1.1);
            Assert.InRange(Trace(gaps, winter) / Trace(gaps, summer) / (Trace(whole, winter) / Trace(whole, summer)), 0.8, 1.25);

            double Ratio(Func<DateTime, float[]> deviation) => deviation(winter).Average() / deviation(summer).Average();
            static double Trace(PriorStatistics prior, DateTime time) => prior.LatentSeason.At(time).diagonal().sum().item<double>();
        }

        static Tensor Covariance(PriorStatistics prior)
        {
            var p = prior.ResidualPatterns.Whole(); // (m, N)
            return p.transpose(0, 1).matmul(p); // (N, N)
        }
    }

    [Fact]
    public void Fields_without_any_value_do_not_count()
    {
        var (training, heldOut) = (Seasonal(640, 1990, 7), Seasonal(92, 1997, 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        var (some, others) = (SyntheticFields.Where(training, (t, _) => t % 5 != 0), SyntheticFields.Where(heldOut, (t, _) => t % 5 != 0));
        using var found = PriorEstimator.Of(eof, some, others, Plain, CPU, patterns: false);
        using var expected = PriorEstimator.Of(eof, some.WithValues(), others.WithValues(), Plain, CPU, patterns: false);
        Assert.Equal(512, some.WithValues().Count);
        Assert.True(found.LatentMean.allclose(expected.LatentMean, 1e-4, 1e-5));
        Assert.True(found.LatentVariance.allclose(expected.LatentVariance, 1e-4));
        Assert.True(found.LatentSeason.Monthly.allclose(expected.LatentSeason.Monthly, 1e-3, 1e-4));
        Assert.Equal(expected.ResidualCorrelation, found.ResidualCorrelation);
        Assert.Equal(expected.GeneratorError, found.GeneratorError, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void A_place_that_no_field_held_out_knows_has_the_error_of_the_training_fields()
    {
        var (training, heldOut) = (SyntheticFields.Make(200), SyntheticFields.Make(50, seed: 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var whole = PriorEstimator.Of(eof, training, heldOut, Plain, CPU, patterns: false);
        // The first by nothing, the second by one value that is generated right; the third by no field at all.
        using var prior = PriorEstimator.Of(eof, SyntheticFields.Where(training, (_, x) => x != 77), SyntheticFields.Where(heldOut, (t, x) => x != 20 && x != 77 && (x != 40 || t == 0)), Plain, CPU, patterns: false);
        Assert.InRange(prior.GeneratorError[20] / whole.GeneratorError[20], 0.8, 1.25);
        Assert.InRange(prior.GeneratorError[40] / whole.GeneratorError[40], 0.7, 1.4);
        Assert.True(float.IsNaN(prior.GeneratorError[77]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void All_but_a_few_values_missing_still_give_statistics(int values)
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = (Seasonal(640, 1990, 7), Seasonal(92, 1997, 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var prior = PriorEstimator.Of(eof, training, SyntheticFields.Where(heldOut, (t, x) => t * 7 % 128 == x && t < values), Plain, CPU);
        Assert.Equal(1, prior.ResidualCorrelation.Nugget);
        Assert.All(prior.GeneratorError, e => Assert.InRange(e, 0.01, 10));
        Assert.True(prior.LatentVariance.isfinite().all().item<bool>());
        Assert.True(prior.LatentVariance.gt(0).all().item<bool>());
        Assert.True(prior.ResidualPatterns.Whole().isfinite().all().item<bool>());
    }

    [Fact]
    public void The_variance_of_the_latents_has_that_of_the_encoder_in_it()
    {
        var fields = SyntheticFields.Make(60);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(3), fields.Grid, 1, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, Plain, CPU, patterns: false);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batch = new FieldBatches(fields, Plain, 60, CPU).ReadAll().Single();
        var (mean, logVariance) = network.Encode(batch.Fields); // (T, k)
        var expected = (mean - mean.mean([0])).square().mean([0]) + logVariance.exp().mean([0]); // (k)
        Assert.True(prior.LatentVariance.allclose(expected, 1e-4));
        Assert.True((logVariance.exp().mean([0]) / expected).min().item<float>() > 0.1);
    }

    private static GenerativeModel Model(InMemoryFields training, InMemoryFields heldOut) => TestModel.Eof(training, heldOut, modes: 4, Plain);

    /// <param name="deviation">Of time and row, 1.5 in January and 0.5 in July by default.</param>
    private static InMemoryFields Seasonal(int count, int year, int seed, Func<DateTime, int, double>? deviation = null, int variables = 1)
    {
        deviation ??= (time, _) => 1 + 0.5 * Math.Cos(2 * Math.PI * (time.DayOfYear - 1) / 365.25);
        var plain = SyntheticFields.Make(count, variables: variables, seed: seed);
        var times = Enumerable.Range(0, count).Select(i => new DateTime(year, 1, 1).AddDays(4 * i)).ToArray();
        return new InMemoryFields(plain.Grid, plain.Variables, [.. times.Select((t, i) => plain.Read(i)
            .Select((x, cell) => (float)(x * deviation(t, cell % plain.Grid.Cells / plain.Grid.Width))).ToArray())], times);
    }

    /// <returns>(N)</returns>
    private static Tensor Residual(EofAutoencoder eof, float[] field)
    {
        var x = tensor(field).reshape(1, 1, 8, 16) / 2; // (1, 1, H, W)
        return ((x - eof.Decode(eof.Encode(x).Mean)) * 2).flatten();
    }
}
