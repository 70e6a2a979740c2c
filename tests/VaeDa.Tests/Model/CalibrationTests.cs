using TorchSharp;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Model;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

public sealed class CalibrationTests
{
    private static readonly Normalisation Plain = new() { Scale = [2.0], Offset = [0.0] };

    [Fact]
    public void Patterns_and_remainder_together_are_the_held_out_error_of_an_EOF_truncation()
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = (SyntheticFields.Make(600), SyntheticFields.Make(300, seed: 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var calibration = Calibration.Of(eof, training, heldOut, Plain, CPU);
        Assert.Equal([12L, training.FieldLength()], calibration.ResidualPatterns.Whole().shape);
        // Twelve waves and white noise of 0.3: four modes leave eight waves, which twelve patterns hold; the rest is noise.
        Assert.All(calibration.RemainderError(), e => Assert.InRange(e, 0.2, 0.35));
        var residuals = stack(Enumerable.Range(0, heldOut.Count).Select(i => Residual(eof, heldOut.Read(i))).ToList()); // (S, N)
        var covariance = residuals.transpose(0, 1).matmul(residuals) / heldOut.Count; // (N, N)
        var sigma = tensor(calibration.GeneratorError); // (N)
        Assert.InRange((sigma.square().mean() / covariance.diagonal().mean()).item<float>(), 0.98, 1.02);
        var p = calibration.ResidualPatterns.Whole(); // (m, N)
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
        using var calibration = Calibration.Of(eof, training, heldOut, Plain, CPU, patterns: false);
        var residuals = stack(Enumerable.Range(0, heldOut.Count).Select(i => Residual(eof, heldOut.Read(i))).ToList()); // (S, N)
        Assert.True(tensor(calibration.GeneratorError).allclose(residuals.square().mean([0]).sqrt(), 1e-4));
        Assert.Same(calibration.GeneratorError, calibration.RemainderError());
    }

    [Fact]
    public void The_prior_has_the_variance_of_fields_held_out()
    {
        var training = SyntheticFields.Make(200);
        var louder = new InMemoryFields(training.Grid, training.Variables, [.. Enumerable.Range(0, 200).Select(i => Array.ConvertAll(training.Read(i), x => 1.5f * x))]);
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var calibration = Calibration.Of(eof, training, louder, Plain, CPU);
        Assert.InRange(calibration.LatentVariance.mean().item<float>(), 2.2, 2.3);
    }

    [Fact]
    public void Winter_is_louder_than_summer_where_the_fields_are()
    {
        // Seven years of fields each fourth day, whose standard deviation is 1.5 in January and 0.5 in July.
        var (training, heldOut) = (Seasonal(640, 1990, 7), Seasonal(92, 1997, 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var calibration = Calibration.Of(eof, training, heldOut, Plain, CPU);
        var (january, july) = (Variances(new DateTime(2001, 1, 1)), Variances(new DateTime(2001, 7, 2)));
        // (1.5 / 0.5)² = 9; the latents' covariances are of two months about each, and hold the encoder's own uncertainty.
        Assert.InRange(january.Latents / july.Latents, 4.5, 9);
        Assert.InRange(january.Error / july.Error, 6.5, 11);
        var (always, factor) = calibration.At(null);
        using (always)
        {
            Assert.Null(factor);
            Assert.Equal(calibration.GeneratorError, always.GeneratorError);
        }

        (double Latents, double Error) Variances(DateTime time)
        {
            using var scope = NewDisposeScope();
            var (then, l) = calibration.At(time); // (k, k)
            using var owned = then;
            Assert.True(then.LatentVariance.eq(1).all().item<bool>());
            return (l!.square().sum().item<double>(), then.GeneratorError.Average(e => e * e));
        }
    }

    [Fact]
    public void Fewer_than_five_years_give_no_season()
    {
        var (training, heldOut) = (Seasonal(4 * 92, 1990, 7), Seasonal(92, 1997, 8));
        var eof = new EofAutoencoder(EofBasis.Of(training, Plain, 4), training.Grid, 1);
        using var calibration = Calibration.Of(eof, training, heldOut, Plain, CPU);
        Assert.Equal(0, calibration.LatentSeason.Monthly.shape[0]);
        Assert.False(calibration.ErrorSeason.Changes);
    }

    private static InMemoryFields Seasonal(int count, int year, int seed)
    {
        var plain = SyntheticFields.Make(count, seed: seed);
        var times = Enumerable.Range(0, count).Select(i => new DateTime(year, 1, 1).AddDays(4 * i)).ToArray();
        return new InMemoryFields(plain.Grid, plain.Variables, [.. times.Select((t, i) =>
            Array.ConvertAll(plain.Read(i), x => (float)(x * (1 + 0.5 * Math.Cos(2 * Math.PI * (t.DayOfYear - 1) / 365.25)))))], times);
    }

    /// <returns>(N)</returns>
    private static Tensor Residual(EofAutoencoder eof, float[] field)
    {
        var x = tensor(field).reshape(1, 1, 8, 16) / 2; // (1, 1, H, W)
        return ((x - eof.Decode(eof.Encode(x).Mean)) * 2).flatten();
    }
}
