using FsCheck.Xunit;
using VaeDa.Archives.Preparation;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Tests.Archives.Preparation;

public sealed class ClimatologyAccumulatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 30)]
    public bool Unsmoothed_it_is_the_mean_and_standard_deviation_of_each_step(int seed)
    {
        var random = new Random(seed);
        using var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 3, _folder.Path);
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
        var (means, deviations) = Read(climatology, 3);
        for (var month = 0; month < 12; month++)
        {
            for (var c = 0; c < 3; c++)
            {
                var v = values[month, c];
                if (v.Count == 0)
                {
                    if (!float.IsNaN(means[month][c]) || !float.IsNaN(deviations[month][c]))
                    {
                        return false;
                    }

                    continue;
                }

                var mean = v.Average();
                if (Math.Abs(means[month][c] - mean) > 0.02
                    || (v.Count > 1 && Math.Abs(deviations[month][c] - Math.Max(climatology.Floor, Math.Sqrt(v.Sum(x => (x - mean) * (x - mean)) / (v.Count - 1)))) > 0.05))
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
        using var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Daily, 1, _folder.Path);
        for (var day = 0; day < 365; day++)
        {
            // One step up, on 1 January; and some scatter, for there to be a deviation.
            foreach (var year in (int[])[2001, 2002])
            {
                accumulator.Add(new DateTime(year, 1, 1).AddDays(day), [(day == 0 ? 5 : 0) + (year == 2001 ? 1 : -1)]);
            }
        }

        var (means, deviations) = Read(accumulator.Finish(5), 1);
        Assert.Equal([1, 1, 1, 0, 0], ((int[])[0, 363, 2, 3, 362]).Select(s => MathF.Round(means[s][0], 5)));
        Assert.True(deviations[0][0] > deviations[100][0]);
        Assert.Equal(Math.Sqrt(10.0 / 9), deviations[100][0], 1e-5);
    }

    [Fact]
    public void Anomalies_deviate_from_0()
    {
        using var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 1, _folder.Path);
        for (var month = 1; month <= 12; month++)
        {
            accumulator.Add(new DateTime(2000, month, 1), [3]);
            accumulator.Add(new DateTime(2001, month, 1), [4]);
        }

        Assert.All(Read(accumulator.Finish(0, areAnomalies: true), 1).Deviations, s => Assert.Equal(Math.Sqrt(12.5), s[0], 1e-5));
    }

    [Fact]
    public void A_cell_that_does_not_vary_has_the_floor_and_one_without_values_is_missing()
    {
        using var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 3, _folder.Path);
        for (var month = 0; month < 120; month++)
        {
            accumulator.Add(new DateTime(2000, 1, 1).AddMonths(month), [7, month % 24 < 12 ? 1 : -1, float.NaN]);
        }

        var climatology = accumulator.Finish(0);
        var (means, deviations) = Read(climatology, 3);
        Assert.True(climatology.Floor > 0);
        Assert.All(deviations, s => Assert.Equal((float)climatology.Floor, s[0]));
        Assert.All(deviations, s => Assert.True(s[1] > 1));
        Assert.All(deviations, s => Assert.True(float.IsNaN(s[2])));
        Assert.All(means, m => Assert.True(float.IsNaN(m[2])));
    }

    [Fact]
    public void What_does_not_fit_into_memory_gives_the_same_to_the_last_bit()
    {
        // Cells of two bands; parts of a step, of some, and of the whole year.
        const int cells = 4100;
        var random = new Random(1);
        var fields = Enumerable.Range(0, 36).Select(m => (
            Time: new DateTime(2000, 1, 1).AddMonths(m),
            Field: Enumerable.Range(0, cells).Select(c => c % 1000 == m % 7 ? float.NaN : (float)random.NextDouble()).ToArray())).ToList();
        var whole = Of(long.MaxValue);
        Assert.Equal(whole, Of(0));
        Assert.Equal(whole, Of(50 * cells));

        float[] Of(long memory)
        {
            using var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, cells, _folder.Path, memory);
            // Another variable before it.
            accumulator.Add(new DateTime(2000, 5, 1), new float[cells]);
            accumulator.Clear();
            fields.ForEach(f => accumulator.Add(f.Time, f.Field));
            var (means, deviations) = Read(accumulator.Finish(3), cells);
            return [.. means.Concat(deviations).SelectMany(f => f)];
        }
    }

    [Fact]
    public void The_scratch_file_goes_and_has_no_name_that_a_kill_would_leave()
    {
        using (new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 1, _folder.Path))
        {
            Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, Directory.GetFiles(_folder.Path).Length);
        }

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(13)]
    public void A_window_that_does_not_fit_is_refused(int window)
    {
        using var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 1, _folder.Path);
        accumulator.Add(new DateTime(2000, 1, 1), [1]);
        Assert.Contains($"{window}", Assert.Throws<InvalidInputException>(() => accumulator.Finish(window)).Message);
    }

    [Fact]
    public void Values_that_never_vary_are_refused()
    {
        using var accumulator = new ClimatologyAccumulator(ClimatologyCalendar.Monthly, 1, _folder.Path);
        Assert.Throws<InvalidInputException>(() => accumulator.Finish(0));
        accumulator.Add(new DateTime(2000, 1, 1), [1]);
        Assert.Throws<InvalidInputException>(() => accumulator.Finish(0));
    }

    private static (List<float[]> Means, List<float[]> Deviations) Read(Climatology climatology, int cells)
    {
        return (Each(climatology.ReadMean), Each(climatology.ReadStandardDeviation));

        List<float[]> Each(Action<int, float[]> read) => [.. Enumerable.Range(0, climatology.OfYear.Count).Select(step =>
        {
            var field = new float[cells];
            read(step, field);
            return field;
        })];
    }
}
