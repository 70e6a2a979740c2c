using VaeDa.Model.Prior;

namespace VaeDa.Tests.Model.Prior;

public sealed class SeasonalVarianceTests
{
    [Fact]
    public void The_season_that_made_the_squares_is_found()
    {
        var random = new Random(1);
        var squares = new SeasonalSquares(2);
        for (var time = new DateTime(1980, 1, 1); time.Year < 2020; time = time.AddDays(1))
        {
            var deviation = Math.Exp(0.5 * Math.Cos(2 * Math.PI * SeasonalVariance.PhaseOf(time)));
            squares.Add([(float)(deviation * SyntheticFields.Normal(random)), (float)(3 * SyntheticFields.Normal(random))], time);
        }

        var season = SeasonalVariance.Of(squares);
        var (january, july) = (season.DeviationAt(new DateTime(2001, 1, 1)), season.DeviationAt(new DateTime(2001, 7, 2)));
        Assert.InRange(january[0] / july[0], 0.95 * Math.E, 1.05 * Math.E); // exp(0.5) / exp(−0.5)
        Assert.InRange(january[1] / july[1], 0.95, 1.05);
        Assert.InRange(Enumerable.Range(0, 365).Average(d => Math.Pow(season.DeviationAt(new DateTime(2001, 1, 1).AddDays(d))[0], 2)), 0.999, 1.001);
    }

    [Fact]
    public void Series_without_a_value_or_a_variance_have_no_season()
    {
        var random = new Random(1);
        var squares = new SeasonalSquares(3);
        for (var time = new DateTime(1980, 1, 15); time.Year < 1990; time = time.AddMonths(1))
        {
            squares.Add([float.NaN, 0, (float)SyntheticFields.Normal(random)], time);
        }

        var deviation = SeasonalVariance.Of(squares).DeviationAt(new DateTime(2001, 3, 1));
        Assert.Equal(1, deviation[0], 1e-3);
        Assert.Equal(1, deviation[1], 1e-3);
        Assert.True(float.IsFinite(deviation[2]));
    }

    [Fact]
    public void A_place_that_lacks_a_part_of_the_year_has_no_season_of_its_own()
    {
        var random = new Random(1);
        var squares = new SeasonalSquares(2);
        for (var time = new DateTime(1980, 1, 1); time.Year < 1990; time = time.AddDays(1))
        {
            var deviation = 1 + 0.5 * Math.Cos(2 * Math.PI * SeasonalVariance.PhaseOf(time));
            // The second is seen from May to August alone, as by a satellite that needs the sun.
            squares.Add([(float)(deviation * SyntheticFields.Normal(random)), time.Month is >= 5 and <= 8 ? (float)(deviation * SyntheticFields.Normal(random)) : float.NaN], time);
        }

        var season = SeasonalVariance.Of(squares);
        var january = season.DeviationAt(new DateTime(2001, 1, 1));
        Assert.InRange(january[0], 1.3, 1.5);
        Assert.Equal(1, january[1], 1e-3);
    }

    [Fact]
    public void Months_without_a_value_tell_no_season()
    {
        var squares = new SeasonalSquares(1);
        for (var time = new DateTime(1980, 1, 15); time.Year < 1990; time = time.AddMonths(1))
        {
            squares.Add([time.Month == 2 ? float.NaN : 1], time);
        }

        Assert.False(squares.IsEnough);
        Assert.False(SeasonalVariance.Of(squares).Changes);
    }
}
