using System.Collections.Immutable;
using Microsoft.Data.Analysis;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>
/// Observations by rows and by columns, each of <see cref="Count"/> values in the same order; rows that are not to be used have a flag
/// (<see cref="Observation.Flag"/>).
/// <see cref="ObservationFile"/> reads one.
/// </summary>
public sealed class ObservationTable
{
    private readonly ObservationColumns _columns;

    /// <summary>Makes a table of observations, in the order given.</summary>
    /// <param name="observations">The rows.</param>
    /// <exception cref="ArgumentException">An observation is outside the ranges of <see cref="Observation"/>.</exception>
    public ObservationTable(IEnumerable<Observation> observations)
        : this(new ObservationColumns(observations))
    {
        foreach (var observation in _columns)
        {
            if (!IsValid(observation))
            {
                throw new ArgumentException($"not an observation: {observation}", nameof(observations));
            }
        }
    }

    private ObservationTable(ObservationColumns columns) => _columns = columns;

    /// <summary>The number of observations in the table.</summary>
    public int Count => _columns.Count;

    /// <summary>The observations, row by row; a row is put together whenever it is asked for.</summary>
    public IReadOnlyList<Observation> Observations => _columns;

    /// <summary>The latitude of each observation, in degrees north, −90…90.</summary>
    public ImmutableArray<double> Latitude => _columns.Latitude;

    /// <summary>The longitude of each observation, in degrees east, as it was given: −180…360.</summary>
    public ImmutableArray<double> Longitude => _columns.Longitude;

    /// <summary>The observed departure from the climatology of each observation, in the units of its variable.</summary>
    public ImmutableArray<double> Anomaly => _columns.Anomaly;

    /// <summary>The standard deviation of each observation's error, in the units of its variable; null where it is not given.</summary>
    public IReadOnlyList<double?> Error => _columns.Error;

    /// <summary>The name of the variable that each observation is of; null where it is not given.</summary>
    public IReadOnlyList<string?> Variable => _columns.Variable;

    /// <summary>The time of each observation, UTC; null where it is not given.</summary>
    public IReadOnlyList<DateTime?> Time => _columns.Time;

    /// <summary>The name of each observation's station; null where it is not given.</summary>
    public IReadOnlyList<string?> Station => _columns.Station;

    /// <summary>
    /// The time, UTC, that an analysis of all rows together is of: that of the rows, or one chosen for a table whose rows are
    /// of several; null where they have no time.
    /// </summary>
    /// <exception cref="InvalidInputException">The rows are of several times, and none was chosen.</exception>
    public DateTime? AnalysisTime => Chosen ?? OnlyTime();

    /// <summary>The name of the file or other source that the rows came from, for messages.</summary>
    public string Source { get; init; } = "observations";

    /// <summary>
    /// The lines of the source that were left out because their anomaly is missing (empty, NaN, NA); to report them is left to the
    /// caller.
    /// </summary>
    public ImmutableArray<int> RejectedLines => [.. WithoutValue.Select(row => row.Line)];

    /// <summary>The number of lines of the source that were left out because their anomaly is missing.</summary>
    public int RejectedCount => WithoutValue.Length;

    /// <summary>The first few of these lines in words, with their files where there are several.</summary>
    public string RejectedPlaces => WithoutValue.IsEmpty ? string.Empty : Places().ToString();

    /// <summary>The rows of <see cref="RejectedLines"/>, with their file where there are several, and their time where it can be read.</summary>
    internal ImmutableArray<(string? Source, int Line, DateTime? Time)> WithoutValue { get; init; } = [];

    /// <summary>The names of the source's columns that mean nothing here; to report them is left to the caller.</summary>
    public ImmutableArray<string> IgnoredColumns { get; init; } = [];

    /// <summary>
    /// What reading the source found that its author may not know, a sentence each: codes for missing values, rows that repeat others; to
    /// report it is left to the caller.
    /// </summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Where a row came from, for messages: <c>obs.csv:17</c>.</summary>
    /// <param name="row">The row of the table, from 0.</param>
    /// <returns>The source and the line in it; the row, counted from 1, if it came from no line.</returns>
    public string Place(int row) => $"{Observations[row].Source ?? Source}:{(Observations[row].Line > 0 ? Observations[row].Line : row + 1)}";

    /// <summary>Standard deviation of a row's error, in the variable's units: its own, else what is given for its variable, with that of its adjustment.</summary>
    /// <param name="row">From 0.</param>
    /// <param name="variable">That the row is of.</param>
    /// <param name="given">By variable.</param>
    /// <exception cref="InvalidInputException">There is neither.</exception>
    internal double ErrorOf(int row, string variable, IReadOnlyDictionary<string, double> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var own = Error[row] ?? (given.TryGetValue(variable, out var error)
            ? error
            : throw new InvalidInputException($"{Place(row)}: the observation has no error, and none is given for '{variable}'"));
        return Observations[row].AdjustmentError is { } adjustment ? Math.Sqrt(own * own + adjustment * adjustment) : own;
    }

    /// <summary>Some of the rows; what the table says of its source stays.</summary>
    /// <param name="rows">The numbers of the rows, from 0.</param>
    /// <returns>A new table, its rows in the order of the numbers.</returns>
    public ObservationTable Select(IEnumerable<int> rows) => With(rows.Select(row => Observations[row]));

    /// <summary>The same rows, some of them kept out of an analysis, which is compared with them.</summary>
    /// <param name="withheld">For each row whether it is; rows that have a flag already keep theirs.</param>
    /// <returns>A new table; the flag of the rows kept out is <c>withheld</c>.</returns>
    /// <exception cref="ArgumentException"><paramref name="withheld"/> is not as long as the table.</exception>
    public ObservationTable Withhold(IReadOnlyList<bool> withheld)
    {
        ArgumentNullException.ThrowIfNull(withheld);
        return withheld.Count == Count
            ? With(Observations.Select((o, row) => o.Flag is null && withheld[row] ? o with { Flag = RowFlag.Withheld } : o))
            : throw new ArgumentException($"{withheld.Count} marks for {Count} rows", nameof(withheld));
    }

    /// <summary>The same rows, in the same order, after something was done to them; what the table says of its source stays.</summary>
    /// <param name="observations">The rows.</param>
    /// <param name="note">What was done, a sentence; null if there is nothing to say.</param>
    internal ObservationTable With(IEnumerable<Observation> observations, string? note = null) => new(observations)
    {
        Source = Source,
        WithoutValue = WithoutValue,
        IgnoredColumns = IgnoredColumns,
        Notes = note is null ? Notes : Notes.Add(note),
        Chosen = Chosen,
    };

    /// <summary>All rows, taken together as of one time: that of their analysis.</summary>
    /// <param name="time">The time, UTC; null for that of the rows.</param>
    /// <returns>A new table with this <see cref="AnalysisTime"/>; the rows keep their own times.</returns>
    public ObservationTable At(DateTime? time) => new(_columns)
    {
        Source = Source,
        WithoutValue = WithoutValue,
        IgnoredColumns = IgnoredColumns,
        Notes = Notes,
        Chosen = time,
    };

    /// <summary>
    /// The same rows as a model takes them: a station's (or place's) values of one of its steps, a day or a month, are one observation, their mean, and
    /// rows without a time among others that have one are left out; <see cref="Notes"/> say so.
    /// </summary>
    /// <param name="card">The model's card, which says its step; null for a day.</param>
    /// <returns>A new table; the rows that are not to be used have a flag.</returns>
    public ObservationTable InSteps(ModelCard? card = null) => TimeSelection.InSteps(this, AnalysisStep.Of(card));

    /// <summary>
    /// The observations of each step of a model as a table of their own, to be analysed one by one, without the rows that have a flag
    /// (<see cref="InSteps"/>).
    /// </summary>
    /// <param name="card">The model's card, which says its step; null for a day.</param>
    /// <returns>The tables in the order of time; one where the observations have no time.</returns>
    public IReadOnlyList<ObservationTable> ByTime(ModelCard? card = null)
    {
        var (step, table) = (AnalysisStep.Of(card), InSteps(card));
        // What is averaged has no row of its own, but its times say what the average is of.
        return [.. Enumerable.Range(0, Count).Where(row => table.Observations[row].Flag is var flag && (flag is null || RowFlag.IsRepeat(flag)))
            .GroupBy(row => table.Time[row] is { } time ? step.Of(time) : (DateTime?)null).OrderBy(g => g.Key)
            // Rows without a time that repeat one that is left out.
            .Where(g => g.Any(row => table.Observations[row].Flag is null))
            .Select(g => TimeSelection.At(table.Select(g), step).ToBeUsed().Within(time => step.Of(time) == g.Key))];
    }

    private ObservationTable ToBeUsed() => Select(Enumerable.Range(0, Count).Where(row => Observations[row].Flag is null));

    /// <summary>The same table, its rows without a value but for those of other times; where a time is not known, it may be any.</summary>
    /// <param name="isWithin">Whether a time is one of the table's.</param>
    internal ObservationTable Within(Func<DateTime, bool> isWithin) => new(_columns)
    {
        Source = Source,
        WithoutValue = [.. WithoutValue.Where(row => row.Time is not { } time || isWithin(time))],
        IgnoredColumns = IgnoredColumns,
        Notes = Notes,
        Chosen = Chosen,
    };

    /// <summary>The observations as a data frame.</summary>
    /// <returns>The columns lat, lon and anomaly, and those of error, variable, time and station that hold anything.</returns>
    public DataFrame ToDataFrame()
    {
        var frame = new DataFrame(
            new DoubleDataFrameColumn("lat", Latitude),
            new DoubleDataFrameColumn("lon", Longitude),
            new DoubleDataFrameColumn("anomaly", Anomaly));
        if (Error.Any(e => e is not null))
        {
            frame.Columns.Add(new DoubleDataFrameColumn("error", Error));
        }

        if (Variable.Any(v => v is not null))
        {
            frame.Columns.Add(new StringDataFrameColumn("variable", Variable));
        }

        if (Time.Any(t => t is not null))
        {
            frame.Columns.Add(new DateTimeDataFrameColumn("time", Time));
        }

        if (Station.Any(s => s is not null))
        {
            frame.Columns.Add(new StringDataFrameColumn("station", Station));
        }

        return frame;
    }

    /// <summary>Reads the observations in a data frame; the columns and rules are those of <see cref="ObservationFile"/>.</summary>
    /// <param name="frame">The data frame, one row an observation.</param>
    /// <param name="source">What the data frame is called in messages.</param>
    /// <returns>The rows that have an anomaly, in the data frame's order.</returns>
    /// <exception cref="InvalidInputException">A column is missing, a value is out of range, or no row has an anomaly.</exception>
    public static ObservationTable FromDataFrame(DataFrame frame, string source = "data frame")
    {
        ArgumentNullException.ThrowIfNull(frame);
        var rows = frame.Rows.Select((row, i) => new TextRow(i + 1, [.. row.Select(CellText.Format)]));
        var reading = new ObservationReading { Strict = true };
        return ObservationFile.Of(source, areSeveral: false, [new TextTable(source, [.. frame.Columns.Select(c => c.Name)], [.. rows])], reading, new ObservedValues(reading), []);
    }

    /// <summary>
    /// Writes the observations, but for rows that have a flag, to a file that <see cref="ObservationFile"/> reads: CSV, exact to the last
    /// bit, or Parquet. It is written aside and renamed, so that a file of that name is whole at any time.
    /// </summary>
    /// <param name="path">The file; Parquet if it ends in .parquet, else CSV.</param>
    public void Write(string path) => DataFrameFile.Write(ToBeUsed().ToDataFrame(), path);

    private RowPlaces Places()
    {
        var places = new RowPlaces();
        foreach (var (number, row) in WithoutValue.Index())
        {
            places.Add(number, row.Source, row.Line);
        }

        return places;
    }

    private DateTime? Chosen { get; init; }

    private DateTime? OnlyTime()
    {
        // Of a row that cannot be read the time may be what is wrong.
        var times = Observations.Where(o => o.Flag is null || o.Time is not null).Select(o => o.Time).Distinct().ToList();
        return times.Count <= 1
            ? times.FirstOrDefault()
            : throw new InvalidInputException($"{Source}: observations of {times.Count} times, from {TimeSelection.Text(times.Min())} to {TimeSelection.Text(times.Max())}; choose one") { Setting = nameof(Time) };
    }

    private static bool IsValid(Observation o) => o.Flag is not null
        || (Math.Abs(o.Latitude) <= 90 && o.Longitude is >= -180 and <= 360 && double.IsFinite(o.Anomaly)
        && (o.Error is not { } error || (error > 0 && double.IsFinite(error))));
}
