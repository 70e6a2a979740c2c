using TorchSharp;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// <see cref="DepartureParameters"/> of highest marginal likelihood for observations of many dates (Rasmussen and Williams
/// 2006, §5.4; Dee 1995): Σ over dates ½ ln |K| + ½ dᵀ K⁻¹ d, d = y − H D(μ), the generator linear about μ. The likelihood's
/// gradient drives Adam; smoothness is chosen among ½, 3⁄2 and 5⁄2. Observations that their neighbours and the background
/// contradict (leave-one-out departure beyond <see cref="Beyond"/> standard deviations) are left out half-way, and counted.
/// </summary>
public static class DepartureFit
{
    private const int MostDates = 20;
    private const int Centres = 20;
    private const int Neighbours = 12;
    private const int FirstSteps = 15;
    private const int LastSteps = 20;
    private const int StepsFromStart = 12;
    private const double Rate = 0.12;
    private const double Beyond = 4;

    /// <param name="model">Of one variable.</param>
    /// <param name="dates">The observations of each date.</param>
    /// <param name="deviation">σ_clim at a date's time of the year, (H, W).</param>
    /// <param name="correlated">Whether the residual has a correlation, or is white.</param>
    /// <param name="about">The generator about its latents' mean, where it is at hand; else it is found.</param>
    /// <param name="start">What was fitted to more dates, to go on from; its smoothness stays.</param>
    /// <exception cref="InvalidInputException">The model is of several variables, or no observation is within its grid.</exception>
    public static DepartureParameters Of(GenerativeModel model, IReadOnlyList<ObservationTable> dates, Func<DateTime?, float[]> deviation, bool correlated = true, Linearisation? about = null, DepartureParameters? start = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dates);
        ArgumentNullException.ThrowIfNull(deviation);
        if (model.Variables.Count > 1)
        {
            throw new InvalidInputException($"departures are fitted for models of one variable; this one has {model.Variables.Count}");
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var found = about is null ? Linearisation.AboutMean(model) : null;
        var random = new Random(1);
        var samples = Enumerable.Range(0, Math.Min(MostDates, dates.Count))
            .Select(i => Sample.Of(model, dates[(int)((long)i * dates.Count / Math.Min(MostDates, dates.Count))], deviation, about ?? found!, random))
            .Where(s => s.Count > 0).ToList();
        if (samples.Count == 0)
        {
            throw new InvalidInputException($"none of the observations of {dates.Count} dates is where the model has values");
        }

        var best = start is not null
            ? (Form: new Form(start.Correlation.Smoothness, correlated), Theta: Form.Of(start), Cost: 0.0)
            : (correlated ? Enum.GetValues<Smoothness>() : [Smoothness.Half])
            .Select(smoothness => Minimise(new Form(smoothness, correlated), samples, null, FirstSteps, cancellation)).MinBy(r => r.Cost)!;
        var kept = samples.ConvertAll(s => s.Without(best.Form, best.Theta, Beyond));
        best = Minimise(best.Form, kept, best.Theta, start is null ? LastSteps : StepsFromStart, cancellation);
        return best.Form.Parameters(best.Theta) with
        {
            Observations = samples.Sum(s => s.Count),
            Excluded = samples.Sum(s => s.Count) - kept.Sum(s => s.Count),
            NegativeLogLikelihood = best.Cost,
        };
    }

    private static (Form Form, Tensor Theta, double Cost) Minimise(Form form, IReadOnlyList<Sample> samples, Tensor? start, int steps, CancellationToken cancellation)
    {
        using var theta = new TorchSharp.Modules.Parameter((start ?? Form.Start()).clone(), true); // (5)
        using var optimiser = optim.Adam([theta], Rate);
        var (best, cost) = (theta.detach().clone(), double.PositiveInfinity); // (5)
        var count = samples.Sum(s => s.Count);
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            optimiser.zero_grad();
            var sum = 0.0;
            foreach (var sample in samples)
            {
                using var scope = NewDisposeScope();
                var factor = linalg.cholesky(form.Covariance(theta, sample)); // (m, m)
                var solved = sample.Departure.unsqueeze(1).cholesky_solve(factor).squeeze(1); // (m)
                var likelihood = factor.diagonal().log().sum() + 0.5 * (sample.Departure * solved).sum(); // ()
                likelihood.backward();
                sum += likelihood.item<double>();
            }

            if (sum / count < cost)
            {
                (best, cost) = (theta.detach().clone(), sum / count);
            }

            foreach (var group in optimiser.ParamGroups)
            {
                group.LearningRate = Rate * (1 - 0.8 * step / steps);
            }

            optimiser.step();
        }

        return (form, best, cost);
    }

    /// <summary>The covariance's form: θ = ln (ℓ, s_B, a, b, τ).</summary>
    private sealed record Form(Smoothness Smoothness, bool Correlated)
    {
        // A station shares little beyond a thousand kilometres, and is wrong by half of what it measures.
        public static Tensor Of(DepartureParameters p) =>
            tensor([Math.Log(p.Correlation.Length), Math.Log(p.BackgroundScale), Math.Log(p.ResidualScale), Math.Log(p.ResidualFloor), Math.Log(p.ObservationError)]);

        public static Tensor Start() => tensor([Math.Log(1000), 0, Math.Log(0.8), Math.Log(0.3), Math.Log(0.4)]);

        /// <returns>(m, m)</returns>
        public Tensor Covariance(Tensor theta, Sample sample)
        {
            using var scope = NewDisposeScope();
            var variance = (2 * theta[2]).exp() * sample.Deviation.square() + (2 * theta[3]).exp(); // (m)
            // An observation that brings its own error keeps it.
            var own = where(sample.Error.isnan(), (2 * theta[4]).exp(), sample.Error.square()); // (m)
            var background = theta[1].exp() * sample.Jacobian.matmul(sample.Jacobian.transpose(0, 1)); // (m, m)
            if (!Correlated)
            {
                return (background + diag(variance + own)).MoveToOuterDisposeScope();
            }

            var sigma = variance.sqrt(); // (m)
            var correlation = new SpatialCorrelation { Smoothness = Smoothness, Length = 1, Nugget = 0 }.Between(sample.Distances / theta[0].exp()); // (m, m)
            return (background + correlation * sigma * sigma.unsqueeze(1) + diag(own)).MoveToOuterDisposeScope();
        }

        public DepartureParameters Parameters(Tensor theta)
        {
            var p = theta.exp().data<double>().ToArray();
            return new DepartureParameters
            {
                BackgroundScale = p[1],
                ResidualScale = p[2],
                ResidualFloor = p[3],
                Correlation = new SpatialCorrelation { Smoothness = Smoothness, Length = p[0], Nugget = Correlated ? 0 : 1 },
                ObservationError = p[4],
                Observations = 0,
                Excluded = 0,
                NegativeLogLikelihood = double.NaN,
            };
        }
    }

    /// <summary>Clusters of neighbouring observations of one date: near pairs and far ones.</summary>
    /// <param name="Departure">y − H D(μ), (m).</param>
    /// <param name="Jacobian">H ∂D/∂z √B, (m, k).</param>
    /// <param name="Deviation">σ_clim, (m).</param>
    /// <param name="Error">Stated errors, (m); NaN where none is.</param>
    /// <param name="Distances">Chords, km, (m, m).</param>
    private sealed record Sample(Tensor Departure, Tensor Jacobian, Tensor Deviation, Tensor Error, Tensor Distances)
    {
        public int Count => (int)Departure.shape[0];

        public static Sample Of(GenerativeModel model, ObservationTable table, Func<DateTime?, float[]> deviation, Linearisation about, Random random)
        {
            using var scope = NewDisposeScope();
            string[] names = [model.Variables[0].Name];
            bool[] valid = Array.ConvertAll(model.Calibration.GeneratorError, float.IsFinite);
            var inside = new ObservationOperator(model.Grid, names, table, valid).Accepted;
            var cluster = table.Select(Clusters([.. inside.Select(i => EarthPoint.At(table.Latitude[i], table.Longitude[i]))], random).Select(i => inside[i]));
            var h = new ObservationOperator(model.Grid, names, cluster, valid);
            var points = cluster.Observations.Select(o => EarthPoint.At(o.Latitude, o.Longitude)).ToArray();
            var sigma = tensor(Array.ConvertAll(deviation(table.Time.FirstOrDefault()), s => float.IsFinite(s) ? s : 0)).unsqueeze(0); // (1, N)
            var (first, jacobian) = about.Observed(h); // (m), (m, k)
            return new Sample(
                (tensor(cluster.Anomaly.ToArray()) - first).MoveToOuterDisposeScope(),
                (jacobian * model.Calibration.LatentVariance.to(float64).sqrt()).MoveToOuterDisposeScope(),
                h.Apply(sigma).to(float64).squeeze(0).MoveToOuterDisposeScope(),
                tensor(cluster.Error.Select(e => e ?? double.NaN).ToArray()).MoveToOuterDisposeScope(),
                EarthPoint.Chords(points, points).MoveToOuterDisposeScope());
        }

        public Sample Without(Form form, Tensor theta, double beyond)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var inverse = linalg.inv(form.Covariance(theta, this)); // (m, m)
            var standardised = inverse.matmul(Departure) / inverse.diagonal().sqrt(); // (m)
            var keep = standardised.abs().lt(beyond).nonzero().squeeze(1); // (m')
            Tensor Rows(Tensor x) => x.index_select(0, keep).MoveToOuterDisposeScope();
            return new Sample(Rows(Departure), Rows(Jacobian), Rows(Deviation), Rows(Error), Rows(Distances.index_select(1, keep)));
        }

        private static IEnumerable<int> Clusters(EarthPoint[] points, Random random)
        {
            if (points.Length <= Centres * Neighbours)
            {
                return Enumerable.Range(0, points.Length);
            }

            var chosen = new SortedSet<int>();
            for (var c = 0; c < Centres; c++)
            {
                var centre = points[random.Next(points.Length)];
                chosen.UnionWith(Enumerable.Range(0, points.Length).OrderBy(i => SquaredDistance(points[i], centre)).Take(Neighbours));
            }

            return chosen;
        }

        private static double SquaredDistance(EarthPoint a, EarthPoint b) =>
            (a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y) + (a.Z - b.Z) * (a.Z - b.Z);
    }
}
