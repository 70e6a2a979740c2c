using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Reanalysis.Dates;

/// <summary>
/// Analyses dates, several at a time, each by one thread, so that results do not depend on how many there are. In waves: within a wave memory is not collected
/// (<see cref="CollectionPause"/>), and between two of them no thread is at work.
/// </summary>
internal sealed class DateWorkers : IDisposable
{
    private const int MostInWave = 16;

    // Of the budget of managed memory that a pause has, so that what dates allocate may differ.
    private const double Share = 0.5;

    private readonly GenerativeModel _model;
    private readonly AssimilationOptions _options;
    private readonly WorkerThreads _threads;
    private long _bytesOfDate = CollectionPause.Budget;

    /// <param name="model">Not disposed here.</param>
    /// <param name="options">Of each analysis.</param>
    /// <param name="workers">Threads; of a model of large fields one, which has all of libtorch's.</param>
    public DateWorkers(GenerativeModel model, AssimilationOptions options, int workers)
    {
        (_model, _options) = (model, options);
        _threads = model.HasLargeFields ? new WorkerThreads(1, get_num_threads()) : new WorkerThreads(workers, 1);
    }

    /// <summary>That do what is to be done for each date.</summary>
    public WorkerThreads Threads => _threads;

    public void Dispose() => _threads.Dispose();

    /// <param name="tables">Of each date.</param>
    /// <param name="times">Of each analysis.</param>
    /// <param name="take">What becomes of a date, by its number from 0; of several dates at a time, in any order.</param>
    /// <param name="cancellation">Checked on the way.</param>
    public void Run(IReadOnlyList<ObservationTable> tables, IReadOnlyList<DateTime> times, Action<int, DateOutcome> take, CancellationToken cancellation)
    {
        for (var first = 0; first < tables.Count;)
        {
            var count = (int)Math.Clamp(Share * CollectionPause.Budget / _bytesOfDate, _threads.Count, MostInWave);
            count = Math.Min(count, tables.Count - first);
            var before = GC.GetTotalAllocatedBytes();
            using (new CollectionPause())
            {
                var from = first;
                _threads.ForEach(count, i =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    take(from + i, Of(tables[from + i], times[from + i], cancellation));
                });
            }

            _bytesOfDate = Math.Max(1, (GC.GetTotalAllocatedBytes() - before) / count);
            first += count;
        }
    }

    private DateOutcome Of(ObservationTable table, DateTime time, CancellationToken cancellation)
    {
        try
        {
            var analysis = new Assimilator(_model, _options).Run(table, new MembersInMemory(_options.Members, _model.FieldLength), cancellation);
            return new DateOutcome(time, analysis, FailureOf(analysis.Diagnostics));
        }
        catch (InvalidInputException e)
        {
            return new DateOutcome(time, null, e.Message);
        }
    }

    /// <summary>Why an analysis is none that counts; null where it is one.</summary>
    public static string? FailureOf(AnalysisDiagnostics diagnostics) =>
        !diagnostics.Converged ? "not converged"
        : diagnostics.Doubts.FirstOrDefault() ?? diagnostics.ErrorFactors?.Select(f => f.Fault).OfType<string>().FirstOrDefault();
}
