using Microsoft.Data.Analysis;

namespace VaeDa.Reanalysis.Stations;

/// <summary>Gathers each station's departures from what became of the observations of all blocks. In memory are 12 bytes for each.</summary>
internal sealed class FeedbackSeries
{
    private readonly SortedDictionary<(string Station, string Variable), Gathered> _stations = new(Comparer<(string Station, string Variable)>.Create((a, b) =>
        string.CompareOrdinal(a.Station, b.Station) is not 0 and var order ? order : string.CompareOrdinal(a.Variable, b.Variable)));

    private readonly List<DateTime> _times = [];

    /// <summary>Once: what was gathered is let go.</summary>
    /// <param name="stepOf">The number of the step that a time is.</param>
    /// <returns>In the order of names.</returns>
    public IReadOnlyList<StationSeries> ToSeries(Func<DateTime, double> stepOf) =>
        [.. _stations.Select(s => s.Value.ToSeries(s.Key.Station, s.Key.Variable.Length == 0 ? null : s.Key.Variable, _times, stepOf))];

    /// <summary>The name of the station of a row; its place where it has none.</summary>
    public static string NameOf(string? station, double latitude, double longitude) => station ?? FormattableString.Invariant($"({latitude}, {longitude})");

    /// <param name="frame">What became of the observations of some dates, after those that were taken before.</param>
    public void Take(DataFrame frame)
    {
        var times = (PrimitiveDataFrameColumn<DateTime>)frame["analysis_time"];
        var (departures, spreads) = (Numbers("departure"), Numbers("spread"));
        var (latitudes, longitudes) = ((DoubleDataFrameColumn)frame["lat"], (DoubleDataFrameColumn)frame["lon"]);
        var (names, variables) = (Texts("station"), Texts("variable"));
        for (var row = 0; row < frame.Rows.Count; row++)
        {
            if (departures(row) is not { } departure || spreads(row) is not { } spread || !(spread > 0) || !double.IsFinite(departure))
            {
                continue;
            }

            if (_times.Count == 0 || _times[^1] != times[row])
            {
                _times.Add(times[row]!.Value);
            }

            var (latitude, longitude) = (latitudes[row]!.Value, longitudes[row]!.Value);
            var key = (NameOf(names?[row], latitude, longitude), variables?[row] ?? string.Empty);
            if (!_stations.TryGetValue(key, out var station))
            {
                _stations[key] = station = new Gathered(latitude, longitude);
            }

            station.Add(_times.Count - 1, departure, spread);
        }

        // By the others of the date: those of other dates are the station's own too, and would vouch for its offset.
        Func<int, double?> Numbers(string what)
        {
            var check = (DoubleDataFrameColumn)frame[$"check_{what}"];
var ofDate = frame.Columns.IndexOf($"date_{what}") >= 0 ? (DoubleDataFrameColumn)frame[$"date_{what}"] : check;
            return row => ofDate[row] ?? check[row];
        }

        StringDataFrameColumn? Texts(string column) => frame.Columns.IndexOf(column) >= 0 ? (StringDataFrameColumn)frame[column] : null;
    }

    private sealed class Gathered(double latitude, double longitude)
    {
        private readonly List<(int Time, float Departure, float Spread)> _rows = [];

        // Of several at one date the first.
        public void Add(int time, double departure, double spread)
        {
            if (_rows.Count == 0 || _rows[^1].Time != time)
            {
                _rows.Add((time, (float)departure, (float)spread));
            }
        }

        public StationSeries ToSeries(string name, string? variable, List<DateTime> times, Func<DateTime, double> stepOf)
        {
            var series = new StationSeries(
                name,
                variable,
                latitude,
                longitude,
                [.. _rows.Select(r => times[r.Time])],
                [.. _rows.Select(r => stepOf(times[r.Time]))],
                [.. _rows.Select(r => (double)r.Departure)],
                [.. _rows.Select(r => (double)r.Spread)]);
            _rows.Clear();
            _rows.TrimExcess();
            return series.Thinned();
        }
    }
}
