using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Series;
using VaeDa.Verification.Scores;

namespace VaeDa.Verification.Sequences;

/// <summary>
/// One method's analyses of one variable on one network, date after date. Member m of all dates is one history: what its members have in common from date to date is
/// in the spread of means and changes.
/// </summary>
/// <param name="periods">The calendar.</param>
/// <param name="cellAreas">(H, W)</param>
/// <param name="areas">Those that are followed through time, A of them.</param>
/// <param name="members">M, or 0.</param>
internal sealed class MethodSequence(SequencePeriods periods, float[] cellAreas, IReadOnlyList<SeriesArea> areas, int members)
{
    private readonly List<(string Period, int Dates, int Steps)> _partial = [];
    private CalendarBlock? _period;
    private PeriodSums? _sums;
    private (DateTime Time, float[][] Fields)? _previous;

    /// <summary>By the name of the quantity.</summary>
    public IReadOnlyList<(string Name, QuantityScores Scores)> Quantities { get; } =
        [.. SequenceScores.Quantities.Select(name => (name, new QuantityScores(cellAreas, areas.Count, members)))];

    /// <summary>Periods that lack too many dates, and have no mean.</summary>
    public IReadOnlyList<(string Period, int Dates, int Steps)> Partial => _partial;

    /// <param name="time">After all before, UTC.</param>
    /// <param name="fields">Truth, most probable field and members, (M + 2, H·W); NaN where there is no value.</param>
    public void Add(DateTime time, IReadOnlyList<float[]> fields)
    {
        var own = WithAreas(fields); // (M + 2, H·W + A)
        var period = periods.Of(time);
        if (period != _period)
        {
            Close();
            (_period, _sums) = (period, new PeriodSums(own));
        }
        else
        {
            _sums!.Add(own);
        }

        Of(SequenceScores.Value).Add(period.Name, PeriodSums.Of(own));
        if (_previous is { } previous && periods.Follows(previous.Time, time))
        {
            Of(SequenceScores.Change).Add(period.Name, PeriodSums.Of([.. own.Select((field, i) => Minus(field, previous.Fields[i]))]));
        }

        _previous = (time, own);
    }

    /// <summary>Scores the period that is open, if it is whole.</summary>
    public void Close()
    {
        if (_sums is null)
        {
            return;
        }

        if (periods.IsWhole(_period!, _sums.Dates))
        {
            Of(SequenceScores.Mean).Add(_period!.Name, _sums.Mean);
            Of(SequenceScores.Largest).Add(_period.Name, _sums.Largest);
        }
        else
        {
            _partial.Add((_period!.Name, _sums.Dates, periods.Steps(_period)));
        }

        (_period, _sums) = (null, null);
    }

    private QuantityScores Of(string quantity) => Quantities.First(q => q.Name == quantity).Scores;

    private static float[] Minus(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x - y)];

    // Of the same cells in the truth and in all members: those where both have a value.
    private float[][] WithAreas(IReadOnlyList<float[]> fields)
    {
        var (truth, estimate) = (fields[0], fields[1]);
        return [.. fields.Select(field =>
        {
            var with = new float[field.Length + areas.Count];
            for (var x = 0; x < field.Length; x++)
            {
                with[x] = float.IsFinite(truth[x]) && float.IsFinite(estimate[x]) ? field[x] : float.NaN;
            }

            for (var a = 0; a < areas.Count; a++)
            {
                with[field.Length + a] = (float)areas[a].Mean(with.AsSpan(0, field.Length));
            }

            return with;
        })];
    }
}
