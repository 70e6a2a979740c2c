using VaeDa.Model.Prior;

namespace VaeDa.Tests.Model.Prior;

public sealed class SeasonalRegressionTests
{
    [Fact]
    public void What_a_generated_value_is_worth_is_found_through_the_year()
    {
        var random = new Random(1);
        var (products, squares) = (new SeasonalSquares(3), new SeasonalSquares(3));
        for (var time = new DateTime(1980, 1, 1); time.Year < 2020; time = time.AddDays(1))
        {
            float[] generated = [(float)SyntheticFields.Normal(random), (float)(3 * SyntheticFields.Normal(random)), (float)SyntheticFields.Normal(random)];
            var noise = (float)SyntheticFields.Normal(random);
            float[] field = [(float)Worth(time) * generated[0] + noise, generated[1] + noise, noise - generated[2]];
            products.Add(field, generated, time);
            squares.Add(generated, time);
        }

        var regression = SeasonalRegression.Of(products, squares);
        foreach (var time in new[] { new DateTime(2001, 1, 15), new DateTime(2001, 5, 1), new DateTime(2001, 7, 15) })
        {
            var beta = regression.At(time);
            Assert.Equal(Worth(time), beta[0], 0.06);
            Assert.Equal(1, beta[1], 0.02);
            Assert.Equal(0, beta[2]); // −1 by the fields: no generated value is turned about
        }

        static double Worth(DateTime time) => 0.6 + 0.4 * Math.Cos(2 * Math.PI * SeasonalVariance.PhaseOf(time));
    }

    [Fact]
    public void Where_nothing_is_generated_or_no_field_has_a_value_it_stays()
    {
        var (products, squares) = (new SeasonalSquares(2), new SeasonalSquares(2));
        for (var time = new DateTime(1980, 1, 15); time.Year < 1990; time = time.AddMonths(1))
        {
            products.Add([float.NaN, 1], [float.NaN, 0], time);
            squares.Add([float.NaN, 0], time);
        }

        Assert.All(SeasonalRegression.Of(products, squares).At(new DateTime(2001, 3, 1)), beta => Assert.Equal(1, beta, 1e-5));
    }

    [Fact]
    public void Of_too_few_years_nothing_is_found()
    {
        var squares = new SeasonalSquares(1);
        for (var time = new DateTime(1980, 1, 15); time.Year < 1984; time = time.AddMonths(1))
        {
            squares.Add([1], time);
        }

        Assert.False(SeasonalRegression.Of(squares, squares).Changes);
    }
}
