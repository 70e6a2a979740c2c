using System.Globalization;
using Microsoft.Data.Analysis;

namespace VaeDa.Reanalysis.Stations;

/// <summary>Sums up what stations were worth, from what became of their observations, in the order in which these are taken.</summary>
internal sealed class WorthByYear
{
    private readonly Dictionary<(int Year, string Station, string Variable), Sum> _sums = [];
    private readonly Dictionary<(string Station, string Variable), (double Latitude, double Longitude)> _places = [];

    /// <summary>The worth of each station in each year: by the year, then the one that was worth most first.</summary>
    public IReadOnlyList<StationWorth> Rows => Ordered(_sums.Select(s => Of(s.Key.Year, (s.Key.Station, s.Key.Variable), s.Value)));

    /// <summary>The same over all years.</summary>
    public IReadOnlyList<StationWorth> Together => Ordered(_sums.OrderBy(s => s.Key.Year).GroupBy(s => (s.Key.Station, s.Key.Variable), s => s.Value).Select(g => Of(null, g.Key, g.Aggregate((a, b) => a.And(b)))));

    /// <summary>The columns year, station, variable, lat, lon, observations, influence and gain_removed.</summary>
    /// <param name="rows">The rows.</param>
    public static DataFrame ToDataFrame(IReadOnlyList<StationWorth> rows) => new(
        new Int32DataFrameColumn("year", rows.Select(r => r.Year)),
        new StringDataFrameColumn("station", rows.Select(r => r.Station)),
        new StringDataFrameColumn("variable", rows.Select(r => r.Variable)),
        new DoubleDataFrameColumn("lat", rows.Select(r => r.Latitude)),
        new DoubleDataFrameColumn("lon", rows.Select(r => r.Longitude)),
        new Int32DataFrameColumn("observations", rows.Select(r => r.Observations)),
        new DoubleDataFrameColumn("influence", rows.Select(r => Rounded(r.Influence))),
        new DoubleDataFrameColumn("gain_removed", rows.Select(r => r.GainRemoved is { } gain ? Rounded(gain) : (double?)null)));

    /// <param name="frame">What became of the observations of some dates.</param>
    public void Take(DataFrame frame)
    {
        if (Numbers("influence") is not { } influences)
        {
            return;
        }

        var times = (PrimitiveDataFrameColumn<DateTime>)frame["analysis_time"];
        var (gains, latitudes, longitudes) = (Numbers("gain_removed"), (DoubleDataFrameColumn)frame["lat"], (DoubleDataFrameColumn)frame["lon"]);
        var (names, variables) = (Texts("station"), Texts("variable"));
        for (var row = 0; row < frame.Rows.Count; row++)
        {
            // Only those that were used by themselves have one.
            if (influences[row] is not { } influence)
            {
                continue;
            }

            var (latitude, longitude) = (latitudes[row]!.Value, longitudes[row]!.Value);
            var (name, variable) = (FeedbackSeries.NameOf(names?[row], latitude, longitude), variables?[row] ?? string.Empty);
            _places.TryAdd((name, variable), (latitude, longitude));
            var key = (times[row]!.Value.Year, name, variable);
            var one = new Sum(1, influence, gains?[row]);
            _sums[key] = _sums.TryGetValue(key, out var sum) ? sum.And(one) : one;
        }

        DoubleDataFrameColumn? Numbers(string column) => frame.Columns.IndexOf(column) >= 0 ? (DoubleDataFrameColumn)frame[column] : null;

        StringDataFrameColumn? Texts(string column) => frame.Columns.IndexOf(column) >= 0 ? (StringDataFrameColumn)frame[column] : null;
    }

    private StationWorth Of(int? year, (string Station, string Variable) of, Sum sum) =>
        new(year, of.Station, of.Variable.Length == 0 ? null : of.Variable, _places[of].Latitude, _places[of].Longitude, sum.Count, sum.Influence, sum.Gain);

    // Gains of several variables have units of their own.
    private static IReadOnlyList<StationWorth> Ordered(IEnumerable<StationWorth> rows) =>
        [.. rows.OrderBy(r => r.Year).ThenBy(r => r.Variable, StringComparer.Ordinal).ThenByDescending(r => r.GainRemoved ?? 0).ThenByDescending(r => r.Influence).ThenBy(r => r.Station, StringComparer.Ordinal)];

    // Five digits, whatever the units.
    private static double Rounded(double value) => double.Parse(value.ToString("g5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Of a station's observations.</summary>
    /// <param name="Count">How many there are.</param>
    /// <param name="Influence">Of all.</param>
    /// <param name="Gain">Of those that have one; null if none has.</param>
    private readonly record struct Sum(int Count, double Influence, double? Gain)
    {
        public Sum And(Sum other) => new(Count + other.Count, Influence + other.Influence, Gain is null ? other.Gain : Gain + (other.Gain ?? 0));
    }
}
