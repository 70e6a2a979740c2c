namespace VaeDa.Reanalysis.Stations;

/// <summary>
/// Finds the breaks in the records of stations. What a station departs by from the prediction of all others has noise that lasts, as weather does: it is measured
/// on the station itself and, for as much as that record says little, on all of them. Good stations have offsets too, of a standard deviation ω that is
/// estimated robustly from the scatter of all.
/// </summary>
internal static class StationBreaks
{
    // Dates that a station's own noise has to have to weigh as much as that of all.
    private const double OfAll = 200;
    private const int FewestStations = 10;
    private const int MostSearches = 5;
    private const double NormalPerMad = 1.4826;
    // Standard deviations of its error.
    private const double LeastSignificance = 4.5;
    // Of the standard deviation of the station's departures. Good stations change too, by less.
    private const double LeastSize = 0.5;

    /// <summary>The parts of each station's record, in the order of the stations and of time.</summary>
    /// <param name="stations">Those that say too little, of fewer dates than five, are left out.</param>
    public static IReadOnlyList<StationBreak> Of(IReadOnlyList<StationSeries> stations)
    {
        var series = stations.Where(s => s.Count >= BreakSearch.FewestDates).Select(s => s.Thinned()).ToList();
        var found = new IReadOnlyList<SeriesPart>[series.Count];
        foreach (var group in Enumerable.Range(0, series.Count).GroupBy(i => series[i].Variable))
        {
            // A large break in a short record is in many differences, and looks like noise that lasts; and it is further off than gross errors are let be.
            // So both are taken anew about what was found.
            var (bounded, rest) = (new StationSeries[series.Count], new StationSeries[series.Count]);
            var settled = false;
            for (var search = 0; search < MostSearches && !settled; search++)
            {
                var before = group.Select(i => found[i]).ToList();
                foreach (var i in group)
                {
                    (bounded[i], rest[i]) = series[i].Bounded(found[i] ?? []);
                }

                var variograms = group.ToDictionary(i => i, i => SeriesNoise.Variogram(rest[i]));
                var all = Mean([.. variograms.Values]);
                Parallel.ForEach(group, i => found[i] = BreakSearch.Of(bounded[i], Noise(variograms[i], all)));
                settled = group.Zip(before, (i, parts) => parts is not null && parts.Select(p => p.End).SequenceEqual(found[i].Select(p => p.End))).All(same => same);
            }
        }

        return Echoes.Marked([.. Enumerable.Range(0, series.Count).GroupBy(i => series[i].Variable).SelectMany(group =>
        {
            var omega = Scatter([.. group.Select(i => Reference(found[i])).OfType<SeriesPart>().Select(p => (p.Offset, p.Variance))]);
            return group.Select(i => (Number: i, Parts: Describe(series[i], found[i], omega)));
        }).OrderBy(p => p.Number).SelectMany(p => p.Parts)]);
    }

    /// <summary>The part that agrees best with the others; null where all drift.</summary>
    private static SeriesPart? Reference(IReadOnlyList<SeriesPart> parts) =>
        parts.Where(p => !p.IsDrift).OrderBy(p => Math.Abs(p.Offset)).Select(p => (SeriesPart?)p).FirstOrDefault();

    private static IEnumerable<StationBreak> Describe(StationSeries series, IReadOnlyList<SeriesPart> parts, double? omega)
    {
        var reference = Reference(parts);
        var (scatter, deviation) = (omega * omega ?? 0, Math.Sqrt(series.Spreads.Average(s => s * s)));
        var isOff = reference is { } r && omega is not null && Counts(r.Offset, r.Variance + scatter);
        // What the offset of each part is taken beside.
        var (level, variance) = reference is { } right && !isOff ? (right.Offset, right.Variance) : (0, scatter);
        foreach (var part in parts)
        {
            var length = series.Steps[part.End - 1] - series.Steps[part.First];
            var (offset, own) = part.After(0.5 * length);
            var isReference = part == reference;
            var found = new StationBreak(
                series.Station,
                series.Variable,
                series.Latitude,
                series.Longitude,
                isReference ? (isOff ? BreakKind.Offset : BreakKind.None) : part.IsDrift ? BreakKind.Drift : part.First > 0 && part.End < series.Count ? BreakKind.Episode : BreakKind.Jump,
                series.Times[part.First],
                series.Ends[part.End - 1],
                series.Counts[part.First..part.End].Sum(),
                isReference ? offset : offset - level,
                Math.Sqrt(own + (isReference && !isOff ? 0 : variance)),
                part.Slope * length,
                Math.Sqrt(part.SlopeVariance) * length);
            yield return Counts(found.Offset, found.Error * found.Error) || Counts(found.Change, found.ChangeError * found.ChangeError) ? found : found with { Kind = BreakKind.None };
        }

        bool Counts(double size, double ofError) => Math.Abs(size) > Math.Max(LeastSize * deviation, LeastSignificance * Math.Sqrt(ofError));
    }

    private static SeriesNoise Noise((double[] Values, double[] Counts) own, double[] all)
    {
        var values = own.Values.Select((v, lag) => own.Counts[lag] == 0 ? all[lag] : (v * own.Counts[lag] + all[lag] * OfAll) / (own.Counts[lag] + OfAll)).ToArray();
        return SeriesNoise.Of(values, [.. all.Select(v => double.IsFinite(v) ? 1.0 : 0)]);
    }

    private static double[] Mean(IReadOnlyList<(double[] Values, double[] Counts)> variograms) => [.. Enumerable.Range(0, SeriesNoise.Lags).Select(lag =>
    {
        var known = variograms.Where(v => v.Counts[lag] > 0).ToList();
        return known.Sum(v => v.Values[lag] * v.Counts[lag]) / known.Sum(v => v.Counts[lag]);
    })];

    /// <summary>ω; null where there are too few stations to say.</summary>
    private static double? Scatter(IReadOnlyList<(double Offset, double Variance)> stations)
    {
        if (stations.Count < FewestStations)
        {
            return null;
        }

        var scatter = NormalPerMad * StationSeries.Median([.. stations.Select(s => Math.Abs(s.Offset))]);
        return Math.Sqrt(Math.Max(0, scatter * scatter - StationSeries.Median([.. stations.Select(s => s.Variance)])));
    }
}
