using Microsoft.Data.Analysis;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Verification.Scores;

namespace VaeDa.Verification.Samples;

/// <summary>
/// Compares sets of fields with held-out ones: whether random fields look like weather. 95% intervals are those of a bootstrap
/// by blocks of both sets (Künsch 1989): neighbouring days are alike, months hardly.
/// </summary>
public sealed class SampleComparison
{
    private const int Resamples = 200;

    private static readonly (int First, int Last)[] Ranges = [(1, 3), (4, 9), (10, 20), (21, int.MaxValue)];

    private readonly Grid _grid;
    private readonly IReadOnlyList<Variable> _variables;
    private readonly AreaMean _area;
    private readonly IReadOnlyList<(string Name, SampleStatistics[] Whole, SampleStatistics[][] Resampled)> _sets; // [variable], [resample][variable]

    /// <summary>Compares sets of fields of the same variables.</summary>
    /// <param name="sets">
    /// The sets by name, the held-out fields first, then those that are compared with them; they may be disposed afterwards.
    /// </param>
    /// <param name="grid">The grid of all fields.</param>
    /// <param name="variables">The variables of all fields.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    public SampleComparison(IReadOnlyList<(string Name, SampleMoments Moments)> sets, Grid grid, IReadOnlyList<Variable> variables, int seed)
    {
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentNullException.ThrowIfNull(grid);
        (_grid, _variables, _area) = (grid, variables, new AreaMean(grid));
        var random = new Random(seed);
        _sets = [.. sets.Select(set => (set.Name, OfBlocks(set.Moments, null), Enumerable.Range(0, Resamples).Select(_ => OfBlocks(set.Moments, random)).ToArray()))];
    }

    /// <summary>Gets the statistics of one variable in one set.</summary>
    /// <param name="set">The number of the set, 0 for the held-out fields.</param>
    /// <param name="variable">The number of the variable, from 0.</param>
    /// <returns>The statistics over all fields of the set.</returns>
    public SampleStatistics Of(int set, int variable) => _sets[set].Whole[variable];

    /// <summary>
    /// Makes a table with one row for each variable and set: variance_ratio (area mean of the variance over that of the held-out fields),
    /// deviation_correlation and deviation_rms (of the maps of the standard deviation: pattern correlation, and root mean square
    /// difference over the root mean square of the held-out map), correlation_pattern and correlation_rms (the same of the
    /// one-point correlation maps, mean over the base points; rms as it is), skewness, excess_kurtosis, beyond_3; intervals, as
    /// low and high, where a set with no difference in truth would lie about 1 or 0.
    /// </summary>
    /// <returns>The table.</returns>
    public DataFrame Statistics()
    {
        var table = new ScoreTable("variable", "fields");
        for (var v = 0; v < _variables.Count; v++)
        {
            var held = _sets[0].Whole[v];
            for (var s = 0; s < _sets.Count; s++)
            {
                var own = _sets[s].Whole[v];
                var maps = own.Correlations.Zip(held.Correlations).Select(pair => (Pattern: Pattern(pair.First, pair.Second), Rms: Rms(pair.First, pair.Second))).Where(p => double.IsFinite(p.Rms)).ToList();
                table.Add(
                    [_variables[v].Name, _sets[s].Name],
                    [
                        .. WithInterval("variance_ratio", s, v, (x, h) => MeanVariance(x) / MeanVariance(h)),
                        ("deviation_correlation", Pattern(own.StandardDeviation, held.StandardDeviation)),
                        ("deviation_rms", Rms(own.StandardDeviation, held.StandardDeviation) / Math.Sqrt(MeanVariance(held))),
                        ("correlation_pattern", maps.Select(m => m.Pattern).DefaultIfEmpty(double.NaN).Average()),
                        ("correlation_rms", maps.Select(m => m.Rms).DefaultIfEmpty(double.NaN).Average()),
                        .. WithInterval("skewness", s, v, (x, _) => x.Skewness),
                        .. WithInterval("excess_kurtosis", s, v, (x, _) => x.ExcessKurtosis),
                        .. WithInterval("beyond_3", s, v, (x, _) => x.BeyondThree),
                    ]);
            }
        }

        return table.ToDataFrame();
    }

    /// <summary>
    /// Makes a table with one row for each variable, latitude band and set but the held-out: power over that of the held-out fields, summed over
    /// ranges of waves (see <see cref="ZonalSpectrum"/>), with intervals: waves_1_3, waves_1_3_low, waves_1_3_high, and so on.
    /// </summary>
    /// <returns>The table.</returns>
    public DataFrame Spectra()
    {
        var table = new ScoreTable("variable", "band", "fields");
        var most = ZonalSpectrum.Waves(_grid);
        for (var v = 0; v < _variables.Count; v++)
        {
            foreach (var (band, rows) in LatitudeBand.Of(_grid))
            {
                for (var s = 1; s < _sets.Count; s++)
                {
                    table.Add(
                        [_variables[v].Name, band.Name, _sets[s].Name],
                        [.. Ranges.Where(r => r.First <= most).SelectMany(r => WithInterval(
                            $"waves_{r.First}_{Math.Min(r.Last, most)}", s, v,
                            (x, h) => Power(x, rows, r.First, Math.Min(r.Last, most)) / Power(h, rows, r.First, Math.Min(r.Last, most))))]);
                }
            }
        }

        return table.ToDataFrame();
    }

    private double Power(SampleStatistics statistics, int[] rows, int first, int last) => Enumerable.Range(first, last - first + 1).Sum(wave => statistics.MeanPower(rows, wave, _grid));

    private SampleStatistics[] OfBlocks(SampleMoments moments, Random? random)
    {
        var blocks = (int)moments.Count.shape[0];
        var times = new int[blocks];
        for (var b = 0; b < blocks; b++)
        {
            times[random?.Next(blocks) ?? b]++;
        }

        using var chosen = moments.Weighted(times);
        return [.. _variables.Select((_, v) => SampleStatistics.Of(chosen, v, _grid))];
    }

    private IEnumerable<(string, double)> WithInterval(string name, int set, int variable, Func<SampleStatistics, SampleStatistics, double> of)
    {
        var drawn = Enumerable.Range(0, Resamples).Select(r => of(_sets[set].Resampled[r][variable], _sets[0].Resampled[r][variable])).Order().ToArray();
        return [(name, of(_sets[set].Whole[variable], _sets[0].Whole[variable])), (name + "_low", drawn[(int)(0.025 * Resamples)]), (name + "_high", drawn[^(1 + (int)(0.025 * Resamples))])];
    }

    private double MeanVariance(SampleStatistics statistics) => Mean(statistics.StandardDeviation.Select(s => s * s).ToArray());

    private double Rms(double[] a, double[] b) => Math.Sqrt(Mean([.. a.Zip(b, (x, y) => (x - y) * (x - y))]));

    /// <summary>Centred correlation over the area.</summary>
    private double Pattern(double[] a, double[] b)
    {
        double[] present = [.. a.Zip(b, (x, y) => 0 * (x + y))]; // NaN where either is
        double[] Centred(double[] x)
        {
            var mean = Mean([.. x.Zip(present, (value, p) => value + p)]);
            return [.. x.Zip(present, (value, p) => value + p - mean)];
        }

        var (c, d) = (Centred(a), Centred(b));
        double Product(double[] x, double[] y) => Mean([.. x.Zip(y, (p, q) => p * q)]);
        return Product(c, d) / Math.Sqrt(Product(c, c) * Product(d, d));
    }

    private double Mean(double[] values) => _area.Of<double>(values);
}
