using VaeDa.Assimilation.Problem;
using VaeDa.Fields.Grids;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// Superobservations (Lorenc 1981): where there are more observations than a covariance can be made of, those of one
/// variable in one box of equal area are averaged, weighted by 1/σ_obs². An average is taken to be an observation at its
/// centre of gravity: the generator and the error's patterns are averaged as the observations are; of the rest of the generator's error, r, the
/// average is what its regression on r at the centre says, by the correlation of r, and what that leaves is the average's own. So
/// the posterior is that given the averages: wider than that given all observations by what averaging loses.
/// </summary>
/// <param name="Set">The averages (n').</param>
/// <param name="Average">Which of them each observation is in (n); −1: none, because it was rejected.</param>
/// <param name="BoxKilometres">Side of the boxes.</param>
internal sealed record SuperObservations(ObservationSet Set, int[] Average, double BoxKilometres)
{
    // Of so many observations of a box the covariances of pairs are taken; of more, of every second, third … one.
    private const int MostInPairs = 256;
    private const int MostBands = 1 << 14;

    /// <param name="all">(n)</param>
    /// <param name="accepted">Which of them count (n).</param>
    /// <param name="sigma">σ of what the patterns leave of the generator's error, at all the observations (n).</param>
    /// <param name="correlation">ρ of that.</param>
    /// <param name="most">n' at most: the boxes are the smallest that number no more.</param>
    /// <param name="pause">Renewed here.</param>
    public static SuperObservations Of(ObservationSet all, IReadOnlyList<bool> accepted, double[] sigma, SpatialCorrelation correlation, int most, CollectionPause pause)
    {
        var counted = Enumerable.Range(0, accepted.Count).Where(i => accepted[i]).ToArray();
        // Bands of latitude: the most of which the occupied boxes are few enough. That is not quite monotonic, so the answer is
        // one of several; each is right.
        var (enough, tooMany) = (1, MostBands);
        while (tooMany - enough > 1)
        {
            var bands = (enough + tooMany) / 2;
            (enough, tooMany) = counted.Select(i => Box(all.Places[i], bands)).Distinct().Skip(most).Any() ? (enough, bands) : (bands, tooMany);
        }

        var groups = counted.GroupBy(i => Box(all.Places[i], enough)).Select(g => g.ToArray()).ToArray();
        // What looking for the boxes has left dead is megabytes for each look.
        pause.Renew();
        var average = Enumerable.Repeat(-1, accepted.Count).ToArray();
        var means = new Mean[groups.Length];
        for (var g = 0; g < groups.Length; g++)
        {
            Array.ForEach(groups[g], i => average[i] = g);
            means[g] = Mean.Of(groups[g], all, sigma, correlation);
        }

        var set = new ObservationSet(
            all.H.Averaged([.. groups.Zip(means, (group, mean) => group.Zip(mean.Weights).ToArray())]),
            Array.ConvertAll(means, m => m.Anomaly),
            Array.ConvertAll(means, m => m.Sigma),
            Array.ConvertAll(means, m => m.Place),
            (Array.ConvertAll(means, m => m.ResidualSigma), Array.ConvertAll(means, m => m.Own)));
        return new SuperObservations(set, average, Math.PI * EarthPoint.Radius / enough);
    }

    private static (int Variable, int Band, int Column) Box(ObservationPlace place, int bands)
    {
        var (latitude, longitude) = (Math.Asin(Math.Clamp(place.Point.Z / EarthPoint.Radius, -1, 1)), Math.Atan2(place.Point.Y, place.Point.X));
        var band = Math.Min((int)((0.5 + latitude / Math.PI) * bands), bands - 1);
        var columns = Math.Max(1, (int)Math.Round(2 * bands * Math.Cos(Math.PI * ((band + 0.5) / bands - 0.5))));
        return (place.Variable, band, Math.Min((int)((0.5 + longitude / (2 * Math.PI)) * columns), columns - 1));
    }

    /// <param name="Weights">Of the group's observations, 1 together.</param>
    /// <param name="Anomaly">Weighted mean.</param>
    /// <param name="Sigma">Its σ_obs.</param>
    /// <param name="Place">Centre of gravity.</param>
    /// <param name="ResidualSigma">σ of r for it: the regression's coefficient on r/σ at the centre.</param>
    /// <param name="Own">Standard deviation of what is its own, as a part of that.</param>
    private sealed record Mean(double[] Weights, double Anomaly, double Sigma, ObservationPlace Place, double ResidualSigma, double Own)
    {
        /// <param name="group">Which of all observations.</param>
        /// <param name="all">Of all groups (n).</param>
        /// <param name="sigma">σ of r at the observations, (n).</param>
        /// <param name="correlation">ρ.</param>
        public static Mean Of(int[] group, ObservationSet all, double[] sigma, SpatialCorrelation correlation)
        {
            var precision = group.Sum(i => 1 / (all.Sigma[i] * all.Sigma[i]));
            var weights = Array.ConvertAll(group, i => 1 / (all.Sigma[i] * all.Sigma[i] * precision));
            var sum = group.Zip(weights, (i, w) => w * all.Places[i].Point).Aggregate((a, b) => a + b);
            var centre = (EarthPoint.Radius / sum.Norm) * sum;
            var (shared, left) = Regressed();
            var nugget = correlation.Nugget * group.Zip(weights, (i, w) => w * w * sigma[i] * sigma[i]).Sum();
            return new Mean(
                weights,
                group.Zip(weights, (i, w) => w * all.Anomaly[i]).Sum(),
                1 / Math.Sqrt(precision),
                new ObservationPlace(centre, all.Places[group[0]].Variable),
                shared,
                shared == 0 ? 0 : Math.Sqrt(left + nugget) / shared);

            // Σ w r on r/σ at the centre, of what neighbours share: the coefficient, and the variance that is left.
            (double Coefficient, double Left) Regressed()
            {
                if (group.Length == 1)
                {
                    return (sigma[group[0]], 0);
                }

                using var scope = NewDisposeScope();
                var every = (group.Length + MostInPairs - 1) / MostInPairs;
                var some = Enumerable.Range(0, group.Length).Where(j => j % every == 0).ToArray();
                var share = some.Sum(j => weights[j]);
                var scaled = tensor(Array.ConvertAll(some, j => weights[j] / share * sigma[group[j]])); // (s)
                var points = Array.ConvertAll(some, j => all.Places[group[j]].Point);
                var between = correlation.Between(EarthPoint.Chords(points, points)); // (s, s)
                var withCentre = correlation.Between(EarthPoint.Chords(points, [centre])).squeeze(1); // (s)
                var (variance, covariance) = (scaled.dot(between.mv(scaled)).item<double>(), scaled.dot(withCentre).item<double>());
                // All is nugget: nothing to regress on, and nothing left.
                var atCentre = 1 - correlation.Nugget;
                return atCentre == 0 ? (scaled.sum().item<double>(), 0) : (covariance / atCentre, Math.Max(0, variance - covariance * covariance / atCentre));
            }
        }
    }
}
