using FsCheck.Xunit;
using VaeDa.Fields;

namespace VaeDa.Tests.Fields;

public class ClimatologyAccumulatorTests
{
    [Property(MaxTest = 30)]
    public bool Unsmoothed_it_is_the_mean_and_standard_deviation_of_each_step(int seed)
    {
        var random = new Random(seed);
        var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 3);
        var values = new List<double>[12, 3];
        for (var year = 0; year < 6; year++)
        {
            for (var month = 0; month < 12; month++)
            {
                float[] field = [.. Enumerable.Range(0, 3).Select(_ => random.Next(5) == 0 ? float.NaN : 1e5f + 100 * (float)random.NextDouble())];
                accumulator.Add(new DateTime(2000 + year, month + 1, 15), field);
                for (var c = 0; c < 3; c++)
                {
                    values[month, c] ??= [];
                    if (!float.IsNaN(field[c]))
                    {
                        values[month, c].Add(field[c]);
                    }
                }
            }
        }

        var climatology = accumulator.Finish(0);
        for (var month = 0; month < 12; month++)
        {
            for (var c = 0; c < 3; c++)
            {
                var v = values[month, c];
                if (v.Count == 0)
                {
                    if (!float.IsNaN(climatology.Mean[month][c]) || !float.IsNaN(climatology.StandardDeviation[month][c]))
                    {
                        return false;
                    }

                    continue;
                }

                var mean = v.Average();
                if (Math.Abs(climatology.Mean[month][c] - mean) > 0.02
                    || (v.Count > 1 && Math.Abs(climatology.StandardDeviation[month][c] - Math.Max(climatology.Floor, Math.Sqrt(v.Sum(x => (x - mean) * (x - mean)) / (v.Count - 1)))) > 0.05))
                {
                    return false;
                }
            }
        }

        return true;
    }

    [Fact]
    public void The_window_runs_over_the_turn_of_the_year()
    {
        var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Daily, 1);
        for (var day = 0; day < 365; day++)
        {
            // One step up, on 1 January; and some scatter, for there to be a deviation.
            foreach (var year in (int[])[2001, 2002])
            {
                accumulator.Add(new DateTime(year, 1, 1).AddDays(day), [(day == 0 ? 5 : 0) + (year == 2001 ? 1 : -1)]);
            }
        }

        var climatology = accumulator.Finish(5);
        Assert.Equal([1, 1, 1, 0, 0], ((int[])[0, 363, 2, 3, 362]).Select(s => MathF.Round(climatology.Mean[s][0], 5)));
        Assert.True(climatology.StandardDeviation[0][0] > climatology.StandardDeviation[100][0]);
        Assert.Equal(Math.Sqrt(10.0 / 9), climatology.StandardDeviation[100][0], 1e-5);
    }

    [Fact]
    public void Anomalies_deviate_from_0()
    {
        var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 1);
        for (var month = 1; month <= 12; month++)
        {
            accumulator.Add(new DateTime(2000, month, 1), [3]);
            accumulator.Add(new DateTime(2001, month, 1), [4]);
        }

        Assert.All(accumulator.Finish(0, areAnomalies: true).StandardDeviation, s => Assert.Equal(Math.Sqrt(12.5), s[0], 1e-5));
    }

    [Fact]
    public void A_cell_that_does_not_vary_has_the_floor_and_one_without_values_is_missing()
    {
        var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 3);
        for (var month = 0; month < 120; month++)
        {
            accumulator.Add(new DateTime(2000, 1, 1).AddMonths(month), [7, month % 24 < 12 ? 1 : -1, float.NaN]);
        }

        var climatology = accumulator.Finish(0);
        Assert.True(climatology.Floor > 0);
        Assert.All(climatology.StandardDeviation, s => Assert.Equal((float)climatology.Floor, s[0]));
        Assert.All(climatology.StandardDeviation, s => Assert.True(s[1] > 1));
        Assert.All(climatology.StandardDeviation, s => Assert.True(float.IsNaN(s[2])));
        Assert.All(climatology.Mean, m => Assert.True(float.IsNaN(m[2])));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(13)]
    public void A_window_that_does_not_fit_is_refused(int window)
    {
        var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 1);
        accumulator.Add(new DateTime(2000, 1, 1), [1]);
        Assert.Contains($"{window}", Assert.Throws<InvalidInputException>(() => accumulator.Finish(window)).Message);
    }

    [Fact]
    public void Values_that_never_vary_are_refused()
    {
        var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 1);
        Assert.Throws<InvalidInputException>(() => accumulator.Finish(0));
        accumulator.Add(new DateTime(2000, 1, 1), [1]);
        Assert.Throws<InvalidInputException>(() => accumulator.Finish(0));
    }
}
