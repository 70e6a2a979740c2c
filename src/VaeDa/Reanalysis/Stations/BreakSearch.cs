namespace VaeDa.Reanalysis.Stations;

/// <summary>
/// The most probable division of a series into parts, in each of which the offset is constant or a line in time: optimal partitioning (Jackson et al. 2005, IEEE
/// Signal Processing Letters 12, 105), exact, by −2 log likelihood and a penalty for each part. Noise that lasts is whitened by a Kalman filter that begins
/// anew with each part; offset and slope are of generalised least squares.
/// </summary>
internal sealed class BreakSearch
{
    /// <summary>Fewer say nothing of an offset.</summary>
    public const int FewestDates = 5;

    // In logarithms of the number of dates. By Schwarz's criterion a break, of two parameters, would cost 2; in a thousand series of noise that finds a dozen.
    private const double PriceOfPart = 3;
    private const double PriceOfSlope = 3;

    private readonly StationSeries _series;
    private readonly SeriesNoise _noise;
    private readonly double[] _forgets; // (n), φ^Δ from each date to the next

    private BreakSearch(StationSeries series, SeriesNoise noise)
    {
        (_series, _noise) = (series, noise);
        _forgets = [.. Enumerable.Range(0, series.Count).Select(i => i + 1 < series.Count ? Math.Pow(noise.Memory, series.Steps[i + 1] - series.Steps[i]) : 0)];
    }

    /// <summary>The parts, in the order of time.</summary>
    public static IReadOnlyList<SeriesPart> Of(StationSeries series, SeriesNoise noise)
    {
        var n = series.Count;
        if (n < FewestDates)
        {
            return [];
        }

        var search = new BreakSearch(series, noise);
        var (price, slopePrice) = (PriceOfPart * Math.Log(n), PriceOfSlope * Math.Log(n));
        // Of all before each date: the least cost, and the part that ends there.
        var (costs, parts) = (new double[n + 1], new SeriesPart[n + 1]);
        Array.Fill(costs, double.PositiveInfinity, 1, n);
        for (var first = 0; first <= n - FewestDates; first++)
        {
            if (double.IsFinite(costs[first]))
            {
                search.From(first, slopePrice, (part, cost) =>
                {
                    if (costs[first] + cost + price < costs[part.End])
                    {
                        (costs[part.End], parts[part.End]) = (costs[first] + cost + price, part);
                    }
                });
            }
        }

        var found = new Stack<SeriesPart>();
        for (var end = n; end > 0; end = found.Peek().First)
        {
            found.Push(parts[end]);
        }

        return [.. found];
    }

    /// <summary>All parts that begin at a date, each with its cost, the better of constant and line.</summary>
    private void From(int first, double slopePrice, Action<SeriesPart, double> take)
    {
        var (memory, white, scale) = (1 - _noise.White, _noise.White, _noise.Scale * _noise.Scale);
        // The filter's predictions of the departure, of an offset of one and of a slope of one, in units of the spreads; p is the variance of what lasts.
        double ofDeparture = 0, ofOffset = 0, ofSlope = 0, p = memory;
        double cost = 0, a11 = 0, a12 = 0, a22 = 0, b1 = 0, b2 = 0;
        for (var i = first; i < _series.Count; i++)
        {
            var (spread, steps) = (_series.Spreads[i], _series.Steps[i] - _series.Steps[first]);
            var variance = (p + white) * scale;
            var (y, x1, x2) = (_series.Departures[i] / spread - ofDeparture, 1 / spread - ofOffset, steps / spread - ofSlope);
            var weight = 1 / variance;
            cost += Math.Log(variance) + y * y * weight;
            (a11, a12, a22, b1, b2) = (a11 + x1 * x1 * weight, a12 + x1 * x2 * weight, a22 + x2 * x2 * weight, b1 + x1 * y * weight, b2 + x2 * y * weight);
            var (gain, forgets) = (p / (p + white), _forgets[i]);
            (ofDeparture, ofOffset, ofSlope) = (forgets * (ofDeparture + gain * y), forgets * (ofOffset + gain * x1), forgets * (ofSlope + gain * x2));
            p = forgets * forgets * p * (1 - gain) + (1 - forgets * forgets) * memory;
            if (i - first + 1 < FewestDates)
            {
                continue;
            }

            var constant = cost - b1 * b1 / a11;
            var determinant = a11 * a22 - a12 * a12;
            var line = determinant > 1e-9 * a11 * a22 ? cost - (a22 * b1 * b1 - 2 * a12 * b1 * b2 + a11 * b2 * b2) / determinant + slopePrice : double.PositiveInfinity;
            take(
                line < constant
                    ? new SeriesPart(first, i + 1, (a22 * b1 - a12 * b2) / determinant, (a11 * b2 - a12 * b1) / determinant, a22 / determinant, -a12 / determinant, a11 / determinant)
                    : new SeriesPart(first, i + 1, b1 / a11, 0, 1 / a11, 0, 0),
                Math.Min(line, constant));
        }
    }
}
