using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// How variances change through the year: v(t) = v̄ f(t), with ln f a sum of harmonics of the year and f of mean 1 over it;
/// fitted to squares as a generalised linear model of the gamma family with logarithmic link (McCullagh and Nelder 1989,
/// chapter 8).
/// </summary>
public sealed class SeasonalVariance
{
    /// <summary>Of the year.</summary>
    internal const int Harmonics = 2;

    private const int Iterations = 30;
    private const int DaysInYear = 365;

    // Of the year's mean, added to each bin's: where nothing varies in winter, winter is not impossible.
    private const double Floor = 0.002;

    // Fewer years would be those years' weather, not their season.
    private const int FewestYears = 5;

    private const double PartOfYear = 0.75;

    private readonly int _size;
    private readonly double[] _overYear; // (n), mean of exp(Σ β c) over the year

    /// <param name="coefficients">β of the cosines and sines, (2·harmonics, n) row-major; none for variances that do not change.</param>
    internal SeasonalVariance(float[] coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        (Coefficients, _size) = (coefficients, coefficients.Length / (2 * Harmonics));
        _overYear = new double[_size];
        for (var day = 0; day < DaysInYear; day += 5)
        {
            var f = Exponential((day + 2.5) / DaysInYear);
            for (var i = 0; i < _size; i++)
            {
                _overYear[i] += f[i] / (DaysInYear / 5.0);
            }
        }
    }

    /// <summary>Variances that do not change.</summary>
    internal static SeasonalVariance None { get; } = new([]);

    /// <summary>(2·harmonics, n) row-major, or none.</summary>
    internal float[] Coefficients { get; }

    /// <summary>Whether the variances change through the year.</summary>
    public bool Changes => _size > 0;

    /// <param name="squares">Gathered through the year; of too few years, no change is found.</param>
    internal static SeasonalVariance Of(SeasonalSquares squares)
    {
        ArgumentNullException.ThrowIfNull(squares);
        if (!squares.IsEnough)
        {
            return None;
        }

        using var scope = NewDisposeScope();
        var (means, counts) = squares.Means();
        var (y, weights) = (tensor(means, [SeasonalSquares.Bins, squares.Size]), tensor(counts).unsqueeze(1)); // (bins, n), (bins, 1)
        var present = y.isfinite(); // (bins, n)
        var mean = y.nan_to_num(0).sum([0]) / present.sum([0]).clamp_min(1); // (n)
        y = y.nan_to_num(0) + Floor * mean; // (bins, n)
        var x = DesignOfBins(); // (bins, 1 + 2h)
        var step = linalg.solve(x.transpose(0, 1).matmul(x * weights), (x * weights).transpose(0, 1)); // (1 + 2h, bins)
        var beta = cat([mean.clamp_min(1e-30).log().unsqueeze(0), zeros([2 * Harmonics, squares.Size], float64)]); // (1 + 2h, n)
        for (var i = 0; i < Iterations; i++)
        {
            var fitted = x.matmul(beta).exp(); // (bins, n)
            beta = beta + step.matmul(((y - fitted) / fitted).masked_fill(~present, 0).clamp(-2, 2)); // (1 + 2h, n)
        }

        // A place that lacks a part of the year that others have does not tell its season.
        var bins = present.sum([0]); // (n)
        var told = bins.gt(PartOfYear * bins.max()); // (n)
        return new SeasonalVariance(beta.narrow(0, 1, 2 * Harmonics).nan_to_num(0).masked_fill(~told, 0).to(float32).contiguous().data<float>().ToArray());
    }

    /// <summary>√f at a time of the year: the standard deviation then, divided by its root mean square over the year.</summary>
    /// <param name="time">The time, UTC.</param>
    /// <returns>√f at each place, shape (V, H, W), without a unit; empty where the variances do not change.</returns>
    public float[] DeviationAt(DateTime time)
    {
        var f = Exponential(PhaseOf(time));
        return [.. f.Zip(_overYear, (then, mean) => (float)Math.Sqrt(then / mean))];
    }

    /// <summary>Whether a season can be told from these times: each month is of enough years.</summary>
    internal static bool IsToldBy(IEnumerable<DateTime> times) =>
        times.Select(t => (t.Month, t.Year)).Distinct().GroupBy(t => t.Month).Count(month => month.Count() >= FewestYears) == 12;

    /// <summary>The part of the year that has gone at a time, 0…1.</summary>
    internal static double PhaseOf(DateTime time) => (time.DayOfYear - 0.5) / (DateTime.IsLeapYear(time.Year) ? DaysInYear + 1 : DaysInYear);

    /// <summary>Cosine and sine of each harmonic at a part of the year.</summary>
    internal static IEnumerable<double> Design(double phase) =>
        Enumerable.Range(1, Harmonics).SelectMany(h => new[] { Math.Cos(2 * Math.PI * h * phase), Math.Sin(2 * Math.PI * h * phase) });

    /// <summary>1, and <see cref="Design"/>, in the middle of each bin of <see cref="SeasonalSquares"/>, (bins, 1 + 2·harmonics), double precision.</summary>
    internal static Tensor DesignOfBins() => tensor(
        Enumerable.Range(0, SeasonalSquares.Bins).SelectMany(b => Design((b + 0.5) / SeasonalSquares.Bins).Prepend(1)).ToArray(),
        [SeasonalSquares.Bins, 1 + 2 * Harmonics]); // (bins, 1 + 2h)

    /// <summary>exp(Σ β c), (n).</summary>
    private double[] Exponential(double phase)
    {
        var sum = new double[_size];
        foreach (var (c, h) in Design(phase).Select((c, h) => (c, h)))
        {
            for (var i = 0; i < _size; i++)
            {
                sum[i] += c * Coefficients[h * _size + i];
            }
        }

        return Array.ConvertAll(sum, Math.Exp);
    }
}
