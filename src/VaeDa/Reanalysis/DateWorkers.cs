using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Reanalysis;

/// <summary>
/// Analyses dates, several at a time, each by one thread, so that results do not depend on how many there are. In waves: within a wave memory is not collected (<see cref="CollectionPause"/>), and
/// between two of them no thread is at work.
/// </summary>
/// <param name="model">Not disposed here.</param>
/// <param name="options">Of each analysis.</param>
/// <param name="workers">Threads.</param>
internal sealed class DateWorkers(GenerativeModel model, AssimilationOptions options, int workers)
{
    private const int MostInWave = 16;

    // Of the budget of managed memory that a pause has, so that what dates allocate may differ.
    private const double Share = 0.5;

    private long _bytesOfDate = CollectionPause.Budget;

    /// <param name="tables">Of each date.</param>
    /// <param name="times">Of each analysis.</param>
    /// <param name="take">What becomes of a date, by its number from 0; of several dates at a time, in any order.</param>
    /// <param name="cancellation">Checked on the way.</param>
    public void Run(IReadOnlyList<ObservationTable> tables, IReadOnlyList<DateTime> times, Action<int, DateOutcome> take, CancellationToken cancellation)
    {
        for (var first = 0; first < tables.Count;)
        {
            var count = (int)Math.Clamp(Share * CollectionPause.Budget / _bytesOfDate, workers, MostInWave);
            count = Math.Min(count, tables.Count - first);
            var before = GC.GetTotalAllocatedBytes();
            using (new CollectionPause())
            {
                Analyse(first, first + count, i => take(i, Of(tables[i], times[i], cancellation)), cancellation);
            }

            _bytesOfDate = Math.Max(1, (GC.GetTotalAllocatedBytes() - before) / count);
            first += count;
        }
    }

    // On threads of its own: libtorch's number of threads is set for a thread when it first works, and those of the pool may have.
    private void Analyse(int first, int end, Action<int> date, CancellationToken cancellation)
    {
        var (before, next, faults) = (get_num_threads(), first - 1, new ConcurrentQueue<Exception>());
        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(Work)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        set_num_threads(before);
        if (faults.TryPeek(out var fault))
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        void Work()
        {
            try
            {
                set_num_threads(model.HasLargeFields ? before : 1);
                for (var i = Interlocked.Increment(ref next); i < end && faults.IsEmpty; i = Interlocked.Increment(ref next))
                {
                    cancellation.ThrowIfCancellationRequested();
                    date(i);
                }
            }
            catch (Exception e)
            {
                faults.Enqueue(e);
            }
        }
    }

    private DateOutcome Of(ObservationTable table, DateTime time, CancellationToken cancellation)
    {
        try
        {
            var analysis = new Assimilator(model, options).Run(table, new MembersInMemory(options.Members, model.FieldLength), cancellation);
            return new DateOutcome(time, analysis, FailureOf(analysis.Diagnostics));
        }
        catch (InvalidInputException e)
        {
            return new DateOutcome(time, null, e.Message);
        }
    }

    private static string? FailureOf(AnalysisDiagnostics diagnostics) =>
        !diagnostics.Converged ? "not converged"
        : diagnostics.Doubts is [var doubt, ..] ? doubt
        : diagnostics.ErrorFactors?.FirstOrDefault(f => !f.IsEstimated) is { } factor ? $"the errors of {factor.Variable} cannot be estimated"
        : null;
}
