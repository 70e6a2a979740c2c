using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Verification.Sequences;

/// <summary>
/// Analyses of dates as parts of one sequence, as a reanalysis makes them. A block of the calendar is analysed when one of its dates is asked for, and kept
/// until another block's is.
/// </summary>
internal sealed class SmoothedDates
{
    private readonly Frequency _frequency;
    private readonly ReanalysisDates _dates;
    private readonly Func<SequenceBlock> _sequence;
    private readonly Dictionary<DateTime, DateOutcome> _outcomes = [];

    /// <param name="model">That remembers; not disposed here.</param>
    /// <param name="options">Of each date.</param>
    /// <param name="step">Of the model and of the dates.</param>
    /// <param name="observations">Of all dates.</param>
    /// <param name="workers">Do what is to be done for each date.</param>
    /// <param name="memory">What dates know of each other; something.</param>
    public SmoothedDates(GenerativeModel model, AssimilationOptions options, TimeStep step, IObservationSequence observations, DateWorkers workers, MemoryUse memory)
    {
        var ofAnalyses = new AnalysisStep(step.Frequency, step.Hours);
        (_frequency, _dates) = (step.Frequency, ReanalysisDates.EachStep(observations.Times, ofAnalyses, ahead: 0));
        _sequence = () => new SequenceBlock(model, options, ofAnalyses, _dates, observations, workers, memory);
    }

    /// <param name="time">Of a date that is observed.</param>
    /// <param name="cancellation">Checked on the way.</param>
    /// <exception cref="InvalidInputException">None of the date's observations can be used or is believed.</exception>
    public Analysis Of(DateTime time, CancellationToken cancellation)
    {
        if (!_outcomes.ContainsKey(time))
        {
            _outcomes.Clear();
            var (_, first, count) = _dates.Blocks(_frequency).First(block => block.Block == CalendarBlock.Of(time, _frequency));
            using var sequence = _sequence();
            sequence.Run(first, count, Keep, cancellation);
        }

        return _outcomes[time].Analysis ?? throw new InvalidInputException(_outcomes[time].Failure!);
    }

    private void Keep(int number, DateOutcome outcome)
    {
        lock (_outcomes)
        {
            _outcomes.Add(outcome.Time, outcome);
        }
    }
}
