using System.Collections.Immutable;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.OnDisk;
using VaeDa.Observations.Rows;
using VaeDa.Runtime;

namespace VaeDa.Reanalysis.Dates;

/// <summary>
/// Observations by date, of files of any size: what <see cref="ObservationFile.Read(IReadOnlyList{string}, ObservationReading)"/>,
/// <see cref="ObservationTable.InSteps"/> and <see cref="ObservationTable.ByTime"/> give, to the last bit, without all rows in memory. They are read once and put
/// into a scratch file by date; then each date's values become anomalies. Of the whole there is in memory only what the rules need: how often each number
/// came, of each variable, for codes for missing values; the names of stations. The scratch file goes when this is disposed.
/// </summary>
public sealed class ObservationsOnDisk : IObservationSequence, IDisposable
{
    private const long NoStep = -1;

    private readonly StoredTexts _texts = new();
    private readonly RowsByStep _rows;
    private readonly List<DateTime> _times = [];
    private readonly List<long> _steps = [];

    /// <summary>Reads files.</summary>
    /// <param name="paths">Files; folders, of which all files of tables are taken; patterns with * and ? in the name of the file.</param>
    /// <param name="reading">How they are to be understood.</param>
    /// <param name="card">The model's card, which says its step; null for a day.</param>
    /// <param name="folder">Where the scratch file goes; it is made if need be.</param>
    /// <param name="fewest">If the rows are of fewer of the model's steps than this, nothing more is done with them, and there are no <see cref="Times"/>.</param>
    /// <exception cref="InvalidInputException">As of reading them into memory.</exception>
    public ObservationsOnDisk(IReadOnlyList<string> paths, ObservationReading reading, ModelCard? card, string folder, int fewest = 1)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(reading);
        var (files, notes) = ObservationPaths.Files(paths);
        Source = ObservationFile.Name(paths, files);
        _rows = new RowsByStep(folder, "observations");
        try
        {
            var (step, values, codes) = (AnalysisStep.Of(card), new ObservedValues(reading), new ValueCodes(Source));
            var read = new RowsOfTables(Source, files.Count > 1, reading, values);
            using var raw = new RowsByStep(folder, "rows");
            foreach (var row in read.Read(files.Select(file => ObservationFile.Open(file, reading))).Where(row => !row.IsEmpty))
            {
                codes.Show(row.Number, row.Row, row.Units);
                values.Show(row.Row, row.Units);
                if (row.Row.Flag is null)
                {
                    raw.Add(row.Row.Time is { } time ? step.Of(time).Ticks : NoStep, StoredRow.Of(row.Number, row.Row, row.Units, _texts));
                }
            }

            codes.Find();
            values.Find(codes);
            var steps = raw.Steps.Count(key => key != NoStep) < fewest ? [] : InSteps(raw, codes, values, step, card);
            (RejectedCount, RejectedPlaces) = (checked((int)read.Empty.Count), read.Empty.Count == 0 ? string.Empty : read.Empty.ToString());
            (IgnoredColumns, Notes) = (read.IgnoredColumns, [.. notes, .. read.Notes, .. codes.Notes, .. steps]);
        }
        catch
        {
            _rows.Dispose();
            throw;
        }

        ManagedHeap.GiveBack();
    }

    /// <inheritdoc/>
    public IReadOnlyList<DateTime> Times => _times;

    /// <summary>What all files together are called in messages.</summary>
    public string Source { get; }

    /// <inheritdoc cref="ObservationTable.RejectedCount"/>
    public int RejectedCount { get; }

    /// <inheritdoc cref="ObservationTable.RejectedPlaces"/>
    public string RejectedPlaces { get; }

    /// <inheritdoc cref="ObservationTable.Notes"/>
    public ImmutableArray<string> Notes { get; }

    /// <inheritdoc cref="ObservationTable.IgnoredColumns"/>
    public ImmutableArray<string> IgnoredColumns { get; }

    /// <summary>Whether there are observations that state no error.</summary>
    public bool LackErrors { get; private set; }

    /// <summary>How many observations have no time, and so are of no date.</summary>
    public int Timeless { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<ObservationTable> Read(int first, int count) => [.. Enumerable.Range(first, count).Select(i =>
        new ObservationTable(_rows.Read(_steps[i]).Select(row => row.ToObservation(_texts))) { Source = Source }.At(_times[i]))];

    /// <summary>Those of a range of times.</summary>
    /// <param name="from">The first.</param>
    /// <param name="to">All are before it.</param>
    /// <returns>They are read from here, as long as this is not disposed.</returns>
    public IObservationSequence Within(DateTime from, DateTime to) =>
        new Part(this, _times.FindIndex(time => time >= from && time < to), _times.Count(time => time >= from && time < to));

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    /// <returns>What there is to say of it.</returns>
    private List<string> InSteps(RowsByStep raw, ValueCodes codes, ObservedValues values, AnalysisStep step, ModelCard? card)
    {
        var (same, near) = ((Averaged: 0L, Into: 0L), (Averaged: 0L, Into: 0L));
        foreach (var key in raw.Steps)
        {
            var table = new ObservationTable(raw.Read(key).Select(row => values.Of(codes.Flagged(row.Number, row.ToObservation(_texts), _texts[row.Units]), _texts[row.Units]))) { Source = Source };
            // What is of one time is of one step.
            var (unique, averaged, into) = Repeats.Averaged(table, atAnyTime: false);
            same = (same.Averaged + averaged, same.Into + into);
            if (key == NoStep)
            {
                Timeless = unique.Count(o => o.Flag is null);
                continue;
            }

            (var once, averaged, into) = Repeats.Averaged(table.With(unique), atAnyTime: true);
            near = (near.Averaged + averaged, near.Into + into);
            if (table.With(once).ByTime(card) is [var date])
            {
                _steps.Add(key);
                _times.Add(date.AnalysisTime!.Value);
                LackErrors |= date.Observations.Any(o => o.Error is null);
                foreach (var row in date.Observations)
                {
                    _rows.Add(key, StoredRow.Of(0, row, null, _texts));
                }
            }
        }

        return
        [
            .. same.Averaged == 0 ? [] : (string[])[Repeats.Note(same.Averaged, same.Into)],
            .. Timeless == 0 || _times.Count == 0 ? [] : (string[])[TimeSelection.TimelessNote(Timeless)],
            .. near.Averaged == 0 ? [] : (string[])[TimeSelection.InStepsNote(near.Averaged, near.Into, step)],
        ];
    }

    private sealed class Part(ObservationsOnDisk whole, int start, int length) : IObservationSequence
    {
        public IReadOnlyList<DateTime> Times { get; } = length == 0 ? [] : whole._times[start..(start + length)];

        public IReadOnlyList<ObservationTable> Read(int first, int count) => whole.Read(start + first, count);
    }
}
