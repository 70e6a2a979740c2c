using VaeDa.Archives;
using VaeDa.Observations;

namespace VaeDa.Reanalysis.Dates;

/// <summary>The dates of a reanalysis, and which of the dates that have observations each of them is.</summary>
/// <param name="Times">Ascending, UTC.</param>
/// <param name="Observed">The number of each among those that have observations; −1 where it has none.</param>
internal sealed record ReanalysisDates(IReadOnlyList<DateTime> Times, IReadOnlyList<int> Observed)
{
    /// <summary>Those that have observations alone.</summary>
    public static ReanalysisDates Of(IReadOnlyList<DateTime> observed) => new(observed, [.. Enumerable.Range(0, observed.Count)]);

    /// <summary>Every step from the first that has observations to the last, and some beyond.</summary>
    /// <param name="observed">Times with observations, ascending, UTC.</param>
    /// <param name="step">Of the model.</param>
    /// <param name="ahead">Steps beyond the last.</param>
    public static ReanalysisDates EachStep(IReadOnlyList<DateTime> observed, AnalysisStep step, int ahead)
    {
        var (times, numbers, next) = (new List<DateTime>(), new List<int>(), 0);
        for (var n = 0; next < observed.Count || ahead-- > 0; n++)
        {
            var time = step.Before(observed[0], -n);
            var isObserved = next < observed.Count && step.Of(observed[next]) <= step.Of(time);
            times.Add(isObserved ? observed[next] : time);
            numbers.Add(isObserved ? next++ : -1);
        }

        return new ReanalysisDates(times, numbers);
    }

    /// <summary>The blocks of the calendar that the dates are in.</summary>
    /// <param name="step">From date to date.</param>
    /// <returns>Each with the number of its first date and of how many it has.</returns>
    public IReadOnlyList<(CalendarBlock Block, int First, int Count)> Blocks(Frequency step) =>
        [.. Enumerable.Range(0, Times.Count).GroupBy(i => CalendarBlock.Of(Times[i], step)).Select(g => (g.Key, g.First(), g.Count()))];

    /// <summary>
    /// The first of the dates before another that tell of it: as many with observations as half the memory's steps, since what is left of a state
    /// after those they tell better, and no more than all its steps.
    /// </summary>
    /// <param name="date">From 0.</param>
    /// <param name="steps">Of the memory.</param>
    public int FirstBefore(int date, int steps)
    {
        var (first, left) = (date, Telling(steps));
        while (first > 0 && date - first < steps && left > 0)
        {
            left -= Observed[--first] >= 0 ? 1 : 0;
        }

        return first;
    }

    /// <summary>The same of those that follow: the date after the last of them.</summary>
    /// <param name="date">The first that may be one, from 0.</param>
    /// <param name="steps">Of the memory.</param>
    public int EndBehind(int date, int steps)
    {
        var (end, left) = (date, Telling(steps));
        while (end < Times.Count && end - date < steps && left > 0)
        {
            left -= Observed[end++] >= 0 ? 1 : 0;
        }

        return end;
    }

    /// <summary>The observations of successive dates; null where there are none.</summary>
    /// <param name="observations">Of all dates.</param>
    /// <param name="first">The first of the dates, from 0.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<ObservationTable?> Read(IObservationSequence observations, int first, int count)
    {
        int[] of = [.. Observed.Skip(first).Take(count).Where(o => o >= 0)];
        var tables = of.Length == 0 ? [] : observations.Read(of[0], of.Length);
        return [.. Observed.Skip(first).Take(count).Select(o => o < 0 ? null : tables[o - of[0]])];
    }

    private static int Telling(int steps) => (steps + 1) / 2;
}
