using System.Diagnostics;

namespace VaeDa.Benchmarks;

/// <summary>Wall-clock times of works that are compared.</summary>
internal static class Timing
{
    /// <summary>Runs each work so many times, in turn, so that a change of the machine's load falls on all of them.</summary>
    /// <returns>Median seconds of each.</returns>
    public static double[] InTurn(int runs, params Action[] works)
    {
        var seconds = works.Select(_ => new double[runs]).ToArray();
        for (var run = 0; run < runs; run++)
        {
            for (var w = 0; w < works.Length; w++)
            {
                seconds[w][run] = Of(works[w]);
            }
        }

        return Array.ConvertAll(seconds, Median);
    }

    /// <returns>Seconds.</returns>
    public static double Of(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
