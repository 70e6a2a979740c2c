using VaeDa.Assimilation.Residual;
using VaeDa.Fields.Grids;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Residual;

public sealed class NoiseTests
{
    private const int Many = 200_000;
    private static readonly DateTime Day = new(2000, 1, 15, 0, 0, 0, DateTimeKind.Utc);

    // Standard errors of n draws: 1/√n of the mean, √(2/n) of the variance, √(15/n) of the third moment, √(96/n) of the fourth.
    [Fact]
    public void Its_numbers_are_normal()
    {
        var x = Numbers(Noise.Of(1, Day), Many);
        Assert.InRange(Moment(1), -4 / Math.Sqrt(Many), 4 / Math.Sqrt(Many));
        Assert.InRange(Moment(2), 1 - 4 * Math.Sqrt(2.0 / Many), 1 + 4 * Math.Sqrt(2.0 / Many));
        Assert.InRange(Moment(3), -4 * Math.Sqrt(15.0 / Many), 4 * Math.Sqrt(15.0 / Many));
        Assert.InRange(Moment(4), 3 - 4 * Math.Sqrt(96.0 / Many), 3 + 4 * Math.Sqrt(96.0 / Many));
        // Neighbours, and the two of a pair.
        Assert.InRange(Correlation(x[1..], x[..^1]), -4 / Math.Sqrt(Many), 4 / Math.Sqrt(Many));

        double Moment(int power) => x.Average(value => Math.Pow(value, power));
    }

    [Fact]
    public void Seed_time_purpose_member_and_variable_each_make_other_numbers()
    {
        var noise = Noise.Of(1, Day);
        Noise[] all =
        [
            noise, Noise.Of(2, Day), Noise.Of(1, Day.AddDays(1)), Noise.Of(1, Day.AddMinutes(1)), Noise.Of(1), Noise.Of(0),
            noise.For(DrawOf.Latents), noise.For(DrawOf.Waves), noise.For(100UL), noise.For(101UL), noise.For(100UL).For(101UL), noise.For(101UL).For(100UL),
        ];
        var numbers = Array.ConvertAll(all, n => Numbers(n, 20_000));
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.InRange(Correlation(numbers[i], numbers[j]), -0.03, 0.03);
            }
        }

        Assert.Equal(Numbers(Noise.Of(1, Day), 8), Numbers(noise, 8));
    }

    [Fact]
    public void A_member_is_the_same_however_many_there_are_and_in_whatever_parts_it_is_drawn()
    {
        using var scope = NewDisposeScope();
        var noise = Noise.Of(1, Day);
        var whole = noise.Normal(50, 101);
        Assert.True(whole.narrow(0, 0, 20).equal(noise.Normal(20, 101)).all().item<bool>());
        Assert.True(whole.narrow(1, 64, 37).equal(noise.Normal(50, 37, first: 64)).all().item<bool>());
    }

    [Fact]
    public void The_numbers_of_observations_are_those_of_their_places_whatever_their_order()
    {
        using var scope = NewDisposeScope();
        ObservationPlace[] places = [new(EarthPoint.At(10, 20), 0), new(EarthPoint.At(10, 20), 1), new(EarthPoint.At(-10, -180), 0), new(EarthPoint.At(10, 20), 0)];
        var keys = ObservationPlace.Keys(places);
        Assert.Equal(4, keys.Distinct().Count());
        Assert.Equal([keys[2], keys[1], keys[0]], ObservationPlace.Keys([new(EarthPoint.At(-10, 180), 0), places[1], places[0]]));
        var noise = Noise.Of(1, Day);
        Assert.True(noise.Normal(3, keys).flip(1).equal(noise.Normal(3, [.. keys.Reverse()])).all().item<bool>());
    }

    private static double[] Numbers(Noise noise, int count)
    {
        using var tensor = noise.Normal(1, count);
        return tensor.data<double>().ToArray();
    }

    private static double Correlation(double[] x, double[] y) =>
        x.Zip(y, (a, b) => a * b).Sum() / Math.Sqrt(x.Sum(a => a * a) * y.Sum(b => b * b));
}
