using VaeDa.Verification.Stations;

namespace VaeDa.Tests.Verification.Stations;

public class PredictionScoreTests
{
    [Fact]
    public void The_closed_form_of_the_CRPS_is_the_integral_that_defines_it()
    {
        var score = new PredictionScore();
        score.Add(0.7, 1.3);
        // ∫ (F(x) − 1[x ≥ y])² dx by the trapezoidal rule, F the distribution function of N(0, 1.3²) by summing its density.
        var (step, distribution, integral) = (1e-3, 0.0, 0.0);
        for (var x = -12.0; x < 12; x += step)
        {
            distribution += step * Math.Exp(-x * x / (2 * 1.3 * 1.3)) / (1.3 * Math.Sqrt(2 * Math.PI));
            integral += step * Math.Pow(distribution - (x >= 0.7 ? 1 : 0), 2);
        }

        Assert.Equal(integral, score.Crps, 2e-3);
    }

    [Fact]
    public void Departures_of_the_predicted_spread_are_covered_as_promised()
    {
        var (random, score) = (new Random(1), new PredictionScore());
        for (var i = 0; i < 20000; i++)
        {
            score.Add(2 * SyntheticFields.Normal(random), 2);
        }

        Assert.InRange(score.Coverage50, 0.49, 0.51);
        Assert.InRange(score.Coverage90, 0.893, 0.907);
        Assert.InRange(score.Rmse, 1.97, 2.03);
        // Of a perfect normal prediction: σ / √π.
        Assert.Equal(2 / Math.Sqrt(Math.PI), score.Crps, 0.02);
    }
}
