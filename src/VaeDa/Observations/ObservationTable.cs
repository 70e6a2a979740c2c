using System.Collections.Immutable;
using Microsoft.Data.Analysis;
using VaeDa.Files;

namespace VaeDa.Observations;

/// <summary>Observations by columns, each of <see cref="Count"/> values; rows that repeat each other are kept.</summary>
public sealed class ObservationTable
{
    /// <exception cref="ArgumentException">An observation is outside the ranges of <see cref="Observation"/>.</exception>
    public ObservationTable(IEnumerable<Observation> observations)
    {
        Observations = [.. observations];
        var wrong = Observations.FirstOrDefault(o => !IsValid(o), new Observation(0, 0, 0));
        if (!IsValid(wrong))
        {
            throw new ArgumentException($"not an observation: {wrong}", nameof(observations));
        }

        Latitude = [.. Observations.Select(o => o.Latitude)];
        Longitude = [.. Observations.Select(o => o.Longitude)];
        Anomaly = [.. Observations.Select(o => o.Anomaly)];
        Error = [.. Observations.Select(o => o.Error)];
        Variable = [.. Observations.Select(o => o.Variable)];
        Time = [.. Observations.Select(o => o.Time)];
        Station = [.. Observations.Select(o => o.Station)];
    }

    public int Count => Observations.Length;

    /// <summary>The rows.</summary>
    public ImmutableArray<Observation> Observations { get; }

    /// <summary>Degrees north.</summary>
    public ImmutableArray<double> Latitude { get; }

    /// <summary>Degrees east, as given: −180…360.</summary>
    public ImmutableArray<double> Longitude { get; }

    /// <summary>In the variable's units.</summary>
    public ImmutableArray<double> Anomaly { get; }

    /// <summary>Standard deviations of the errors, in the variable's units; null where not given.</summary>
    public ImmutableArray<double?> Error { get; }

    public ImmutableArray<string?> Variable { get; }

    /// <summary>UTC.</summary>
    public ImmutableArray<DateTime?> Time { get; }

    public ImmutableArray<string?> Station { get; }

    /// <summary>
    /// The time, UTC, that an analysis of all rows together is of: that of the rows, or one chosen for a table whose rows are
    /// of several; null where they have no time.
    /// </summary>
    /// <exception cref="InvalidInputException">The rows are of several times, and none was chosen.</exception>
    public DateTime? AnalysisTime => Chosen ?? OnlyTime();

    /// <summary>The file (or other source) that the rows came from, for messages.</summary>
    public string Source { get; init; } = "observations";

    /// <summary>Lines of the source left out because their anomaly is missing (empty, NaN, NA); the caller reports them.</summary>
    public ImmutableArray<int> RejectedLines { get; init; } = [];

    public int RejectedCount => RejectedLines.Length;

    /// <summary>Columns of the source that mean nothing here; the caller reports them.</summary>
    public ImmutableArray<string> IgnoredColumns { get; init; } = [];

    /// <summary>Where a row came from: <c>obs.csv:17</c>.</summary>
    public string Place(int row) => $"{Source}:{(Observations[row].Line > 0 ? Observations[row].Line : row + 1)}";

    /// <summary>Standard deviation of a row's error, in the variable's units: its own, else what is given for its variable.</summary>
    /// <param name="variable">That the row is of.</param>
    /// <param name="given">By variable.</param>
    /// <exception cref="InvalidInputException">There is neither.</exception>
    public double ErrorOf(int row, string variable, IReadOnlyDictionary<string, double> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return Error[row] ?? (given.TryGetValue(variable, out var error)
            ? error
            : throw new InvalidInputException($"{Place(row)}: the observation has no error, and none is given for '{variable}'"));
    }

    /// <summary>The rows of the given numbers, in their order; the source's account of itself stays.</summary>
    public ObservationTable Select(IEnumerable<int> rows) => new(rows.Select(row => Observations[row]))
    {
        Source = Source,
        RejectedLines = RejectedLines,
        IgnoredColumns = IgnoredColumns,
        Chosen = Chosen,
    };

    /// <summary>All rows, taken together as of one time.</summary>
    /// <param name="time">UTC; null for that of the rows.</param>
    public ObservationTable At(DateTime? time) => new(Observations)
    {
        Source = Source,
        RejectedLines = RejectedLines,
        IgnoredColumns = IgnoredColumns,
        Chosen = time,
    };

    /// <summary>The observations of each time, in time order; those without a time together, first.</summary>
    public IReadOnlyList<ObservationTable> ByTime() => [.. Enumerable.Range(0, Count).GroupBy(row => Time[row]).OrderBy(g => g.Key).Select(g => Select(g).At(null))];

    /// <summary>Columns lat, lon, anomaly, and those of error, variable, time and station that hold anything.</summary>
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

    /// <summary>The columns and rules are those of <see cref="ObservationFile"/>.</summary>
    /// <exception cref="InvalidInputException">A column is missing or a value is out of range.</exception>
    public static ObservationTable FromDataFrame(DataFrame frame, string source = "data frame")
    {
        ArgumentNullException.ThrowIfNull(frame);
        var rows = frame.Rows.Select((row, i) => new TextRow(i + 1, [.. row.Select(CellText.Format)]));
        return ObservationFile.Parse(new TextTable(source, [.. frame.Columns.Select(c => c.Name)], [.. rows]));
    }

    /// <summary>Writes a CSV file (invariant, exact to the last bit) or, by its extension, Parquet.</summary>
    public void Write(string path) => DataFrameFile.Write(ToDataFrame(), path);

    private DateTime? Chosen { get; init; }

    private DateTime? OnlyTime()
    {
        var times = Time.Distinct().ToList();
        return times.Count <= 1
            ? times.FirstOrDefault()
            : throw new InvalidInputException($"{Source}: observations of {times.Count} times, from {TimeSelection.Text(times.Min())} to {TimeSelection.Text(times.Max())}; choose one") { Setting = nameof(Time) };
    }

    private static bool IsValid(Observation o) =>
        Math.Abs(o.Latitude) <= 90 && o.Longitude is >= -180 and <= 360 && double.IsFinite(o.Anomaly)
        && (o.Error is not { } error || (error > 0 && double.IsFinite(error)));
}
