using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Model;
using VaeDa.Observations;

namespace VaeDa.Reanalysis.Dates;

/// <summary>Analyses the dates of a block as parts of one sequence.</summary>
/// <param name="model">That remembers; not disposed here.</param>
/// <param name="options">Of each date.</param>
/// <param name="step">Of the model.</param>
/// <param name="dates">Of the whole reanalysis.</param>
/// <param name="observations">Of all dates.</param>
/// <param name="workers">Do what is to be done for each date.</param>
/// <param name="memory">What dates know of each other; something.</param>
/// <param name="keeps">
/// Whether dates at the edge are kept for the block that follows, which takes memory between two blocks and spares their search. Results are the same.
/// </param>
internal sealed class SequenceBlock(GenerativeModel model, AssimilationOptions options, AnalysisStep step, ReanalysisDates dates, IObservationSequence observations, DateWorkers workers, MemoryUse memory, bool keeps = false) : IDisposable
{
    private readonly SequenceAssimilator _assimilator = new(model, options, step, workers.Threads.ForEach, memory == MemoryUse.Filter);
    private readonly int _steps = model.Memory!.Steps;

    /// <param name="first">The first date of the block.</param>
    /// <param name="count">Of its dates.</param>
    /// <param name="take">What becomes of a date, by its number in the block; of several dates at a time, in any order.</param>
    /// <param name="cancellation">Checked on the way.</param>
    public void Run(int first, int count, Action<int, DateOutcome> take, CancellationToken cancellation)
    {
        var (from, to) = (From(first), To(first + count));
        var tables = dates.Read(observations, from, to - from);
        foreach (var window in SequenceWindow.Of(first, count, From, To, Bytes))
        {
            var (start, length) = (window.From - from, window.To - window.From);
            // One thread, as each date has: results are the same whatever the number of threads.
            workers.Threads.AsOne(() => _assimilator.Run(
                [.. dates.Times.Skip(window.From).Take(length)],
                [.. tables.Skip(start).Take(length)],
                window.First - window.From,
                window.End - window.First,
                _ => new MembersInMemory(options.Members, model.FieldLength),
                (i, analysis, failure) => take(window.First - first + i, new DateOutcome(dates.Times[window.First + i], analysis, failure ?? DateWorkers.FailureOf(analysis!.Diagnostics))),
                cancellation,
                keeps ? From(window.End) - window.From : int.MaxValue));
        }

        int From(int start) => dates.FirstBefore(start, _steps);

        int To(int end) => memory == MemoryUse.Filter ? end : dates.EndBehind(end, _steps);

        // Of a state: its precision, and the factor's three blocks. Of its observations: R⁻¹, and derivatives.
        long Bytes(int date)
        {
            long d = model.LatentSize + model.Prior.ResidualPatterns.Count, n = Math.Min(tables[date - from]?.Count ?? 0, options.AverageBeyond);
            return sizeof(double) * (4 * d * d + n * n + n * d);
        }
    }

    public void Dispose() => _assimilator.Dispose();
}
