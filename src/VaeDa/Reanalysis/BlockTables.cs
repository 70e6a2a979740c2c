using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Series;

namespace VaeDa.Reanalysis;

/// <summary>The rows that a block has in the tables: a row a date, area means, and what became of each observation.</summary>
internal sealed class BlockTables
{
    private readonly IReadOnlyList<Variable> _variables;
    private readonly IReadOnlyList<SeriesArea> _areas;
    private readonly AreaMean _globe;
    private readonly int _members;
    private readonly DateRow[] _dates;
    private readonly SeriesRow[][] _series;
    private readonly DataFrame?[] _observations;
    private readonly IReadOnlyList<WithheldScore>[] _withheld;

    /// <param name="grid">Of the fields.</param>
    /// <param name="variables">V.</param>
    /// <param name="areas">Of the series.</param>
    /// <param name="members">M.</param>
    /// <param name="dates">In the block.</param>
    public BlockTables(Grid grid, IReadOnlyList<Variable> variables, IReadOnlyList<SeriesArea> areas, int members, int dates)
    {
        (_variables, _areas, _members, _globe) = (variables, areas, members, new AreaMean(grid));
        (_dates, _series, _observations, _withheld) = (new DateRow[dates], new SeriesRow[dates][], new DataFrame?[dates], new IReadOnlyList<WithheldScore>[dates]);
    }

    /// <summary>Takes the rows of a date.</summary>
    /// <param name="number">Of the date in the block, from 0.</param>
    /// <param name="outcome">What became of it.</param>
    public void Add(int number, DateOutcome outcome)
    {
        var (time, analysis, failure) = outcome;
        _dates[number] = new DateRow(time, failure, analysis?.Diagnostics, [.. _variables.Select(v => analysis is null || failure is not null || _members == 0 ? double.NaN : _globe.RootMeanSquare(analysis[v.Name].Spread))]);
        _withheld[number] = analysis is null || failure is not null ? [] : analysis.Diagnostics.Withheld;
        _observations[number] = analysis is null || analysis.Observations.Rows.Count == 0 ? null : WithTime(analysis.Observations, time);
        _series[number] = analysis is null || failure is not null ? [] : [.. Enumerable.Range(0, _variables.Count).SelectMany(v => Series(time, v, analysis))];
    }

    /// <summary>A row a date.</summary>
    public DataFrame Dates()
    {
        var d = _dates.Select(row => row.Diagnostics).ToArray();
        var frame = new DataFrame(
            new DateTimeDataFrameColumn("time", _dates.Select(row => row.Time)),
            new StringDataFrameColumn("state", _dates.Select(row => row.Failure is null ? "done" : $"failed: {row.Failure}")),
            new Int32DataFrameColumn("observations", d.Select(x => x?.Observations)),
            new Int32DataFrameColumn("rejected", d.Select(x => x?.Rejected)),
            new Int32DataFrameColumn("outliers", d.Select(x => x?.Flagged)),
            new DoubleDataFrameColumn("chi_square", d.Select(x => x?.ChiSquare)),
            new Int32DataFrameColumn("iterations", d.Select(x => x?.Iterations)),
            new BooleanDataFrameColumn("converged", d.Select(x => x?.Converged)),
            new Int32DataFrameColumn("unconverged_members", d.Select(x => x?.UnconvergedMembers)));
        for (var v = 0; v < _variables.Count; v++)
        {
            frame.Columns.Add(new DoubleDataFrameColumn($"{_variables[v].Name}_spread", _dates.Select(row => (double?)row.Spreads[v])));
        }

        return frame;
    }

    /// <summary>A row for each date with an analysis, variable and area.</summary>
    public DataFrame Series()
    {
        var rows = _series.SelectMany(r => r).ToArray();
        var frame = new DataFrame(
            new DateTimeDataFrameColumn("time", rows.Select(r => r.Time)),
            new StringDataFrameColumn("variable", rows.Select(r => _variables[r.Variable].Name)),
            new StringDataFrameColumn("units", rows.Select(r => _variables[r.Variable].Units)),
            new StringDataFrameColumn("area", rows.Select(r => r.Area)),
            new DoubleDataFrameColumn("mean", rows.Select(r => r.Mean)),
            new DoubleDataFrameColumn("spread", rows.Select(r => r.Spread)),
            new DoubleDataFrameColumn("most_probable", rows.Select(r => r.MostProbable)));
        for (var m = 0; m < _members; m++)
        {
            frame.Columns.Add(new DoubleDataFrameColumn($"member_{m + 1}", rows.Select(r => r.Members[m])));
        }

        return frame;
    }

    /// <summary>What became of each observation; null where no date has any.</summary>
    public DataFrame? Observations()
    {
        var frames = _observations.OfType<DataFrame>().ToArray();
        return frames.Length == 0 ? null : Stacked(frames);
    }

    /// <summary>Of each station, or place, how many observations it has that could be used, and how many of them were outliers.</summary>
    public IReadOnlyDictionary<string, int[]> Stations()
    {
        var counts = new SortedDictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var frame in _observations.OfType<DataFrame>())
        {
            var (flags, latitudes, longitudes) = (frame["flag"], frame["lat"], frame["lon"]);
            var names = frame.Columns.IndexOf("station") >= 0 ? frame["station"] : null;
            for (var row = 0; row < flags.Length; row++)
            {
                if ((string)flags[row] is ObservationResults.Used or ObservationResults.Outlier)
                {
                    var name = (string?)names?[row] ?? FormattableString.Invariant($"({latitudes[row]}, {longitudes[row]})");
                    var count = counts.TryGetValue(name, out var known) ? known : counts[name] = new int[2];
                    count[0]++;
                    count[1] += (string)flags[row] == ObservationResults.Outlier ? 1 : 0;
                }
            }
        }

        return counts;
    }

    /// <summary>How its analyses compare with observations that were kept out of them, by variable.</summary>
    public IReadOnlyList<WithheldScore> Withheld() => WithheldScore.Together(_withheld.SelectMany(scores => scores));

    private IEnumerable<SeriesRow> Series(DateTime time, int variable, Analysis analysis)
    {
        var shown = analysis[_variables[variable].Name];
        // Each member may have to be read, and is for all areas at once.
        var members = shown.Members.Select(member => _areas.Select(area => area.Mean(member)).ToArray()).ToArray(); // (M, A)
        for (var a = 0; a < _areas.Count; a++)
        {
            var ofArea = Array.ConvertAll(members, m => m[a]); // (M)
            var mostProbable = _areas[a].Mean(shown.MostProbable);
            var mean = ofArea.Length == 0 ? mostProbable : ofArea.Average();
            var spread = ofArea.Length == 0 ? double.NaN : Math.Sqrt(ofArea.Sum(m => (m - mean) * (m - mean)) / (ofArea.Length - 1));
            yield return new SeriesRow(time, variable, _areas[a].Name, mean, spread, mostProbable, ofArea);
        }
    }

    // Observations have times of their own, anywhere within the step.
    private static DataFrame WithTime(DataFrame observations, DateTime time) =>
        new([new DateTimeDataFrameColumn("analysis_time", Enumerable.Repeat(time, (int)observations.Rows.Count)), .. observations.Columns]);

    // Columns that only some frames have are missing in the rows of the others.
    private static DataFrame Stacked(IReadOnlyList<DataFrame> frames)
    {
        var widest = frames.SelectMany(f => f.Columns).DistinctBy(c => c.Name).ToList();
        return new DataFrame(widest.Select(like => like switch
        {
            DoubleDataFrameColumn => new DoubleDataFrameColumn(like.Name, Values<double>(like.Name)),
            Int32DataFrameColumn => new Int32DataFrameColumn(like.Name, Values<int>(like.Name)),
            DateTimeDataFrameColumn => new DateTimeDataFrameColumn(like.Name, Values<DateTime>(like.Name)),
            StringDataFrameColumn => (DataFrameColumn)new StringDataFrameColumn(like.Name, Texts(like.Name)),
            _ => throw new InvalidOperationException($"column '{like.Name}' holds {like.DataType.Name}"),
        }));

        IEnumerable<T?> Values<T>(string name)
            where T : unmanaged => frames.SelectMany(f => f.Columns.IndexOf(name) >= 0 ? (PrimitiveDataFrameColumn<T>)f[name] : Enumerable.Repeat((T?)null, (int)f.Rows.Count));

        IEnumerable<string?> Texts(string name) => frames.SelectMany(f => f.Columns.IndexOf(name) >= 0 ? (StringDataFrameColumn)f[name] : Enumerable.Repeat((string?)null, (int)f.Rows.Count));
    }

    /// <param name="Time">UTC.</param>
    /// <param name="Failure">Null where all went well.</param>
    /// <param name="Diagnostics">Null where there is no analysis.</param>
    /// <param name="Spreads">Root mean square over the area (V).</param>
    private sealed record DateRow(DateTime Time, string? Failure, AnalysisDiagnostics? Diagnostics, double[] Spreads);

    /// <param name="Time">UTC.</param>
    /// <param name="Variable">From 0.</param>
    /// <param name="Area">Its name.</param>
    /// <param name="Mean">Of the members.</param>
    /// <param name="Spread">Of the members.</param>
    /// <param name="MostProbable">Of the most probable field.</param>
    /// <param name="Members">M.</param>
    private sealed record SeriesRow(DateTime Time, int Variable, string Area, double Mean, double Spread, double MostProbable, double[] Members);
}
