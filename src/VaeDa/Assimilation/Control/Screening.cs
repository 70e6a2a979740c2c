using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// Quality control of more observations than one covariance can be made of: about the prior mean, in blocks of neighbours, each as
/// <see cref="QualityControl"/> does it. So each observation is set beside those of its block and the background, not beside all.
/// </summary>
/// <param name="Check">(n)</param>
/// <param name="Sigma">σ_obs, (n): as stated, or times the factors.</param>
/// <param name="FirstGuess">H D(μ), (n).</param>
/// <param name="Errors">Factors of the stated errors, by group, of a sample of the observations; null if not asked for.</param>
internal sealed record Screening(CheckedObservations Check, double[] Sigma, double[] FirstGuess, ErrorFactors? Errors)
{
    private const int MostInBlock = 256;
    private const int MostTogether = 1 << 14;
    private const int BlocksBetween = 64; // collections
    private const int SampleForErrors = 3000;

    /// <param name="model">Not disposed here.</param>
    /// <param name="all">Observations, none rejected yet (n).</param>
    /// <param name="groups">Which error factor each observation has, from 0 (n).</param>
    /// <param name="settings">The threshold, and whether errors are estimated.</param>
    /// <param name="seed">Of the sample by which errors are estimated.</param>
    /// <param name="chunkSize">States to decode together, where so many fit.</param>
    /// <param name="pause">Renewed here.</param>
    /// <param name="cancellation">Checked before each block of neighbours.</param>
    public static Screening Of(GenerativeModel model, ObservationSet all, IReadOnlyList<int> groups, ControlSettings settings, long seed, int chunkSize, CollectionPause pause, CancellationToken cancellation)
    {
        using var noGrad = no_grad();
        var (sigma, errors) = settings.EstimatesErrors ? Rescaled() : (all.Sigma, null);
        var n = all.Places.Length;
        var (accepted, departures, spreads, firstGuess) = (new bool[n], new double[n], new double[n], new double[n]);
        var points = Array.ConvertAll(all.Places, p => p.Point);
        // What is known of each observation, its derivatives and the patterns of the error there, takes kilobytes: a part of them at a time.
        foreach (var part in Blocks(points, [.. Enumerable.Range(0, n)], MostTogether))
        {
            using var scope = NewDisposeScope();
            var (some, place) = (all.Part(part), new Dictionary<int, int>(part.Select((i, j) => KeyValuePair.Create(i, j))));
            using var residual = ResidualCovariance.Of(model, some.H, some.Places);
            var about = Background(some);
            about.FirstGuess.data<double>().ToArray().Zip(part).ToList().ForEach(p => firstGuess[p.Second] = p.First);
            foreach (var (block, count) in Blocks(points, part, MostInBlock).Select((block, count) => (block, count)))
            {
                using var inner = NewDisposeScope();
                if (count % BlocksBetween == 0)
                {
                    pause.Renew();
                }

                cancellation.ThrowIfCancellationRequested();
                var here = Array.ConvertAll(block, i => place[i]);
                var rows = Index(here); // (b)
                using var r = new ObservationErrorCovariance(tensor(Array.ConvertAll(block, i => sigma[i])), residual.Between(here)); // (b), (b, b)
                var covariance = InnovationCovariance.About(r, about.Jacobian.index_select(0, rows), about.Variance);
                var check = QualityControl.Check(covariance, about.Innovation.index_select(1, rows), settings.RejectBeyond);
                for (var j = 0; j < block.Length; j++)
                {
                    (accepted[block[j]], departures[block[j]], spreads[block[j]]) = (check.Accepted[j], check.Departures[j], check.Spreads[j]);
                }
            }
        }

        return new Screening(new CheckedObservations(accepted, departures, spreads), sigma, firstGuess, errors);

        (double[] Sigma, ErrorFactors? Errors) Rescaled()
        {
            using var scope = NewDisposeScope();
            var sample = Enumerable.Range(0, all.Places.Length).ToArray();
            new Random((int)seed).Shuffle(sample);
            sample = sample[..Math.Min(SampleForErrors, sample.Length)];
            var some = all.Part(sample);
            using var residual = ResidualCovariance.Of(model, some.H, some.Places);
            var about = Background(some);
            var factors = ErrorEstimate.Of(
                tensor(some.Sigma), residual.BetweenPlaces(), about.Jacobian, about.Variance, about.Innovation, Array.ConvertAll(sample, _ => true), Array.ConvertAll(sample, i => groups[i]), [.. Enumerable.Repeat(1.0, groups.Max() + 1)], robust: true);
            return ([.. all.Sigma.Select((s, i) => s * factors.Factors[groups[i]])], factors);
        }

        // What is known of some observations before they are looked at; the dispose scope's.
        (Tensor FirstGuess, Tensor Innovation, Tensor Jacobian, Tensor Variance) Background(ObservationSet some)
        {
            using var generator = new ObservedGenerator(model, some.H, chunkSize);
            var (mean, variance) = (model.Prior.LatentMean.to(float64).unsqueeze(0), model.Prior.LatentVariance.to(float64).unsqueeze(0)); // (1, k), both
            var guess = generator.Equivalents(mean); // (1, s)
            return (guess, tensor(some.Anomaly).unsqueeze(0) - guess, generator.LinearJacobian() ?? generator.Jacobian(mean), variance); // (1, s), (1, s), (s, k), (1, k)
        }
    }

    private static Tensor Index(int[] rows) => tensor(Array.ConvertAll(rows, i => (long)i));

    /// <summary>Halves, along the axis on which the points reach furthest, and again, until each part is small.</summary>
    private static IEnumerable<int[]> Blocks(EarthPoint[] points, int[] part, int most)
    {
        if (part.Length <= most)
        {
            return [part];
        }

        Func<EarthPoint, double>[] axes = [p => p.X, p => p.Y, p => p.Z];
        var axis = axes.MaxBy(along => part.Max(i => along(points[i])) - part.Min(i => along(points[i])))!;
        var sorted = part.OrderBy(i => axis(points[i])).ToArray();
        return Blocks(points, sorted[..(sorted.Length / 2)], most).Concat(Blocks(points, sorted[(sorted.Length / 2)..], most));
    }
}
