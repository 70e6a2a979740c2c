using System.Collections;
using System.Collections.Immutable;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>Observations by columns, 60 bytes and the name of the station for each in place of 160: rows are put together when they are asked for.</summary>
internal sealed class ObservationColumns : IReadOnlyList<Observation>
{
    private readonly OptionalColumn<double> _error = new();
    private readonly OptionalColumn<DateTime> _time = new();
    private readonly LateList<string> _variable = new();
    private readonly LateList<string> _station = new();
    private readonly LateList<string> _flag = new();
    private readonly OptionalColumn<double> _value = new();
    private readonly OptionalColumn<double> _climatology = new();
    private readonly OptionalColumn<double> _adjustment = new();
    private readonly OptionalColumn<double> _adjustmentError = new();
    private readonly LateList<string> _source = new();
    private readonly LateList<int> _line = new();

    /// <param name="rows">Enumerated once.</param>
    public ObservationColumns(IEnumerable<Observation> rows)
    {
        rows.TryGetNonEnumeratedCount(out var count);
        var latitude = ImmutableArray.CreateBuilder<double>(count);
        var longitude = ImmutableArray.CreateBuilder<double>(count);
        var anomaly = ImmutableArray.CreateBuilder<double>(count);
        foreach (var row in rows)
        {
            latitude.Add(row.Latitude);
            longitude.Add(row.Longitude);
            anomaly.Add(row.Anomaly);
            _error.Add(row.Error);
            _time.Add(row.Time);
            _variable.Add(row.Variable);
            _station.Add(row.Station);
            _flag.Add(row.Flag);
            _value.Add(row.Value);
            _climatology.Add(row.Climatology);
            _adjustment.Add(row.Adjustment);
            _adjustmentError.Add(row.AdjustmentError);
            _source.Add(row.Source);
            _line.Add(row.Line);
        }

        (Latitude, Longitude, Anomaly) = (latitude.DrainToImmutable(), longitude.DrainToImmutable(), anomaly.DrainToImmutable());
        foreach (var column in (OptionalColumn<double>[])[_error, _value, _climatology, _adjustment, _adjustmentError])
        {
            column.Trim();
        }

        foreach (var column in (LateList<string>[])[_variable, _station, _flag, _source])
        {
            column.Trim();
        }

        _time.Trim();
        _line.Trim();
    }

    public int Count => Latitude.Length;

    public Observation this[int row] => new(Latitude[row], Longitude[row], Anomaly[row])
    {
        Error = _error[row],
        Variable = _variable[row],
        Time = _time[row],
        Station = _station[row],
        Flag = _flag[row],
        Value = _value[row],
        Climatology = _climatology[row],
        Adjustment = _adjustment[row],
        AdjustmentError = _adjustmentError[row],
        Source = _source[row],
        Line = _line[row],
    };

    public ImmutableArray<double> Latitude { get; }

    public ImmutableArray<double> Longitude { get; }

    public ImmutableArray<double> Anomaly { get; }

    public IReadOnlyList<double?> Error => _error;

    public IReadOnlyList<string?> Variable => _variable;

    public IReadOnlyList<DateTime?> Time => _time;

    public IReadOnlyList<string?> Station => _station;

    public IEnumerator<Observation> GetEnumerator() => Enumerable.Range(0, Count).Select(row => this[row]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
