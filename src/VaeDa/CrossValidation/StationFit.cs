using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.CrossValidation;

/// <summary>
/// Finds the <see cref="StationParameters"/> of highest marginal likelihood for observations of many dates (Dee 1995): Σ over dates
/// ½ ln |K| + ½ dᵀ K⁻¹ d, d = y − H D(μ), the generator linear about μ. By Fisher scoring (Mardia and Marshall 1984) in the
/// parameters' logarithms, damped; smoothness is chosen among ½, 3⁄2 and 5⁄2. Observations that quality control does not
/// believe, beyond 4 standard deviations, are left out half-way, and counted; those beyond 6 by the parameters that the search starts from, from the
/// beginning.
/// </summary>
public static class StationFit
{
    private const int MostDates = 20;
    private const int Centres = 20;
    private const int Neighbours = 12;
    private const int FirstSteps = 8;
    private const int LastSteps = 12;
    private const double Beyond = 4;
    private const double RoughlyBeyond = 6; // before anything is fitted

    // A change of −ln p of an observation that no longer matters.
    private const double Tolerance = 1e-5;
    private const double LongestStep = 1;

    // A station varies more than a cell of the model, not less.
    private const double LeastOfClimate = 0.1;
    private const int EnoughToTellUnits = 20;

    /// <summary>Fits the parameters to the observations of up to 20 of the dates, evenly spread over them.</summary>
    /// <param name="model">The model, of one variable; it is not disposed here.</param>
    /// <param name="dates">The observations of each date, a table for each.</param>
    /// <param name="deviation">
    /// Gives σ_clim at a date's time of the year, (H, W), in the units of the variable; its argument is null for observations without a time.
    /// </param>
    /// <param name="correlated">Whether the residual is correlated between places; otherwise it is white.</param>
    /// <param name="about">The model's generator made linear about its latents' mean, if it is at hand; null to have it found here.</param>
    /// <param name="start">
    /// Parameters fitted to more dates, from which the search starts and whose smoothness it keeps; null to start afresh.
    /// </param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The parameters, how many observations they were fitted to, and how well they fit.</returns>
    /// <exception cref="InvalidInputException">
    /// The model is of several variables, no observation is where it has a value, or the observations cannot be anomalies in the variable's units: their
    /// mean, or most of them, are beyond what the model lets expect.
    /// </exception>
    public static StationParameters Of(GenerativeModel model, IReadOnlyList<ObservationTable> dates, Func<DateTime?, float[]> deviation, bool correlated = true, FieldLinearisation? about = null, StationParameters? start = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dates);
        ArgumentNullException.ThrowIfNull(deviation);
        if (model.Variables.Count > 1)
        {
            throw new InvalidInputException($"covariances can be fitted for models of one variable only; this one has {model.Variables.Count}");
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var found = about is null ? FieldLinearisation.AboutMean(model) : null;
        var samples = Samples(model, dates, deviation, about ?? found!);
        var best = start is not null
            ? (Form: new Form(start.Correlation.Smoothness, correlated), Theta: Form.Of(start), Cost: 0.0)
            : Afresh(samples, correlated, cancellation);
        var kept = samples.ConvertAll(s => s.Believed(best.Form, best.Theta, Beyond));
        if (kept.Sum(s => s.Count) < samples.Sum(s => s.Count) / 2)
        {
            throw new InvalidInputException($"{dates[0].Source}: most observations, {samples.Sum(s => s.Count) - kept.Sum(s => s.Count)} of {samples.Sum(s => s.Count)}, depart by more than {Beyond} standard deviations from what others predict of them; check that they are anomalies, in the model's units");
        }

        best = Minimise(best.Form, kept, best.Theta, LastSteps, cancellation);
        return best.Form.Parameters(best.Theta) with
        {
            Observations = samples.Sum(s => s.Count),
            Excluded = samples.Sum(s => s.Count) - kept.Sum(s => s.Count),
            NegativeLogLikelihood = best.Cost,
        };
    }

    /// <summary>Refuses observations that cannot be anomalies, where nothing is fitted.</summary>
    /// <inheritdoc cref="Of"/>
    internal static void RequireAnomalies(GenerativeModel model, IReadOnlyList<ObservationTable> dates, Func<DateTime?, float[]> deviation, FieldLinearisation about)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Samples(model, dates, deviation, about);
    }

    private static List<Sample> Samples(GenerativeModel model, IReadOnlyList<ObservationTable> dates, Func<DateTime?, float[]> deviation, FieldLinearisation about)
    {
        var random = new Random(1);
        var samples = Enumerable.Range(0, Math.Min(MostDates, dates.Count))
            .Select(i => Sample.Of(model, dates[(int)((long)i * dates.Count / Math.Min(MostDates, dates.Count))], deviation, about, random))
            .Where(s => s.Count > 0).ToList();
        if (samples.Count == 0)
        {
            throw new InvalidInputException($"none of the observations of {dates.Count} dates is where the model has values");
        }

        // By the covariance that the search starts from: one that is fitted would have taken in what is wrong with them all.
        var (form, theta) = (new Form(Smoothness.Half, Correlated: true), Form.Start(samples));
        var faults = samples.Select(s => MeanInnovation.Of(s.Departure, form.Covariance(theta, s)).Fault(model.Variables[0].Units)).OfType<string>().ToList();
        var (size, climate) = (RootMeanSquare(samples.Select(s => s.Departure)), RootMeanSquare(samples.Select(s => s.Deviation)));
        if (samples.Sum(s => s.Count) >= EnoughToTellUnits && size < LeastOfClimate * climate)
        {
            throw Assimilator.NotAnomalies(dates[0].Source, model.Variables[0], FormattableString.Invariant($"differ from 0 by {size:g2} {model.Variables[0].Units} where the climate varies by {climate:g2}"));
        }

        return faults.Count > samples.Count / 2 ? throw Assimilator.NotAnomalies(dates[0].Source, model.Variables[0], faults[faults.Count / 2]) : samples;
    }

    /// <summary>Without what is far beyond any parameters: a few such would be fitted in place of the rest, and then nothing would be beyond.</summary>
    private static (Form Form, Tensor Theta, double Cost) Afresh(IReadOnlyList<Sample> samples, bool correlated, CancellationToken cancellation)
    {
        var rough = new Form(correlated ? Smoothness.ThreeHalves : Smoothness.Half, correlated);
        var theta = Form.Start(samples);
        // Where most depart by more than these parameters say, so may all: half of the squares of a normal distribution are below 0.455.
        var squares = samples.SelectMany(s => (s.Departure.square() / rough.Covariance(theta, s).diagonal()).data<double>().ToArray()).Order().ToArray();
        var scale = Math.Sqrt(Math.Max(1, squares[squares.Length / 2] / 0.455));
        var sound = samples.Select(s => s.Believed(rough, theta, RoughlyBeyond * scale)).Where(s => s.Count > 0).ToList();
        return (correlated ? Enum.GetValues<Smoothness>() : [Smoothness.Half])
            .Select(smoothness => Minimise(new Form(smoothness, correlated), sound, theta, FirstSteps, cancellation)).MinBy(r => r.Cost)!;
    }

    private static double RootMeanSquare(IEnumerable<Tensor> values) => cat([.. values]).square().mean().sqrt().item<double>();

    private static (Form Form, Tensor Theta, double Cost) Minimise(Form form, IReadOnlyList<Sample> samples, Tensor start, int steps, CancellationToken cancellation)
    {
        var count = samples.Sum(s => s.Count);
        var theta = start.clone(); // (5)
        var (cost, gradient, information) = Likelihood(theta); // (), (5), (5, 5)
        var damping = 1e-3;
        for (var step = 0; step < steps; step++)
        {
            // The ridge holds still what the observations say nothing of.
            var damped = information + damping * diag(information.diagonal()) + 1e-6 * count * eye(theta.shape[0], dtype: float64); // (5, 5)
            var change = -linalg.solve(damped, gradient).clamp(-LongestStep, LongestStep); // (5)
            var next = Likelihood(theta + change);
            var gain = (cost - next.Cost) / count;
            if (gain < 0)
            {
                damping = Math.Max(10 * damping, 1e-1);
                continue;
            }

            (theta, damping) = (theta + change, damping / 10);
            (cost, gradient, information) = next;
            if (gain < Tolerance)
            {
                break;
            }
        }

        return (form, theta, cost / count);

        (double Cost, Tensor Gradient, Tensor Information) Likelihood(Tensor at)
        {
            var (sum, slope, curvature) = (0.0, zeros(at.shape[0], float64), zeros([at.shape[0], at.shape[0]], float64)); // (), (5), (5, 5)
            foreach (var sample in samples)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var (factor, info) = linalg.cholesky_ex(form.Covariance(at, sample)); // (m, m)
                if (info.item<int>() != 0)
                {
                    return (double.PositiveInfinity, slope, curvature);
                }

                var inverse = cholesky_inverse(factor); // (m, m)
                var solved = inverse.mv(sample.Departure); // (m)
                sum += factor.diagonal().log().sum().item<double>() + 0.5 * (sample.Departure * solved).sum().item<double>();
                var products = form.Derivatives(at, sample).Select(d => inverse.matmul(d)).ToList(); // 5 of (m, m), K⁻¹ ∂K/∂θ
                for (var i = 0; i < products.Count; i++)
                {
                    slope[i] += 0.5 * (products[i].diagonal().sum() - (products[i].transpose(0, 1).mv(sample.Departure) * solved).sum());
                    for (var j = 0; j <= i; j++)
                    {
                        curvature[i, j] += 0.5 * (products[i] * products[j].transpose(0, 1)).sum();
                    }
                }
            }

            return (sum, slope, curvature + curvature.tril(-1).transpose(0, 1));
        }
    }

    /// <summary>The covariance's form: θ = ln (ℓ, s_B, a, b, τ).</summary>
    private sealed record Form(Smoothness Smoothness, bool Correlated)
    {
        public static Tensor Of(StationParameters p) =>
            tensor([Math.Log(p.Correlation.Length), Math.Log(p.BackgroundScale), Math.Log(p.ResidualScale), Math.Log(p.ResidualFloor), Math.Log(p.ObservationError)]);

        // A station shares little beyond a thousand kilometres, and is wrong by a fifth of what the climate varies by: the search
        // goes no further than some factors of e from here, so that b and τ have to start in the variable's own units.
        public static Tensor Start(IReadOnlyList<Sample> samples)
        {
            var typical = Math.Sqrt(samples.Sum(s => s.Deviation.square().sum().item<double>()) / samples.Sum(s => s.Count));
            return tensor([Math.Log(1000), 0, Math.Log(0.8), Math.Log(0.15 * typical), Math.Log(0.2 * typical)]); // (5)
        }

        /// <returns>(m, m)</returns>
        public Tensor Covariance(Tensor theta, Sample sample)
        {
            using var scope = NewDisposeScope();
            var variance = (2 * theta[2]).exp() * sample.Deviation.square() + (2 * theta[3]).exp(); // (m)
            var own = sample.OwnVariance((2 * theta[4]).exp()); // (m)
            var background = theta[1].exp() * sample.Background; // (m, m)
            var sigma = variance.sqrt(); // (m)
            return (Correlated
                ? background + PlaceCovariance.Scale(Correlation(theta[0], sample), sigma, sigma) + diag(own)
                : background + diag(variance + own)).MoveToOuterDisposeScope();
        }

        /// <summary>∂K/∂θ, one (m, m) for each parameter.</summary>
        public Tensor[] Derivatives(Tensor theta, Sample sample)
        {
            const double Step = 1e-3;
            using var scope = NewDisposeScope();
            var scaled = (2 * theta[2]).exp() * sample.Deviation.square(); // (m), a² σ_clim²
            var floor = (2 * theta[3]).exp().expand_as(scaled); // (m), b²
            var tau = 2 * (sample.OwnVariance((2 * theta[4]).exp()) - sample.OwnVariance(zeros_like(theta[4]))); // (m)
            var background = theta[1].exp() * sample.Background; // (m, m)
            if (!Correlated)
            {
                return Moved(zeros_like(background), background, diag(2 * scaled), diag(2 * floor), diag(tau));
            }

            var sigma = (scaled + floor).sqrt(); // (m)
            var correlation = Correlation(theta[0], sample); // (m, m)
            var slope = (Correlation(theta[0] + Step, sample) - Correlation(theta[0] - Step, sample)) / (2 * Step); // (m, m)
            Tensor OfVariance(Tensor part) => correlation * ((part / sigma) * sigma.unsqueeze(1) + sigma * (part / sigma).unsqueeze(1)); // (m, m)
            return Moved(slope * sigma * sigma.unsqueeze(1), background, OfVariance(scaled), OfVariance(floor), diag(tau));

            static Tensor[] Moved(params Tensor[] derivatives) => Array.ConvertAll(derivatives, d => d.MoveToOuterDisposeScope());
        }

        private Tensor Correlation(Tensor logLength, Sample sample) =>
            new SpatialCorrelation { Smoothness = Smoothness, Length = 1, Nugget = 0 }.Between(sample.Distances / logLength.exp()); // (m, m)

        public StationParameters Parameters(Tensor theta)
        {
            var p = theta.exp().data<double>().ToArray();
            return new StationParameters
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
    /// <param name="Background">H G B Gᵀ Hᵀ, (m, m).</param>
    /// <param name="Deviation">σ_clim, (m).</param>
    /// <param name="Error">Stated errors, (m); NaN where none is.</param>
    /// <param name="Distances">Chords, km, (m, m).</param>
    private sealed record Sample(Tensor Departure, Tensor Background, Tensor Deviation, Tensor Error, Tensor Distances)
    {
        public int Count => (int)Departure.shape[0];

        /// <summary>Of the observations' own errors, (m): one that brings its own keeps it.</summary>
        /// <param name="variance">τ².</param>
        public Tensor OwnVariance(Tensor variance) => where(Error.isnan(), variance, Error.square()); // (m)

        public static Sample Of(GenerativeModel model, ObservationTable table, Func<DateTime?, float[]> deviation, FieldLinearisation about, Random random)
        {
            using var scope = NewDisposeScope();
            string[] names = [model.Variables[0].Name];
            bool[] valid = Array.ConvertAll(model.Prior.GeneratorError, float.IsFinite);
            var inside = new ObservationOperator(model.Grid, names, table, valid).Accepted;
            var cluster = table.Select(Clusters([.. inside.Select(i => EarthPoint.At(table.Latitude[i], table.Longitude[i]))], random).Select(i => inside[i]));
            var h = new ObservationOperator(model.Grid, names, cluster, valid);
            var points = cluster.Observations.Select(o => EarthPoint.At(o.Latitude, o.Longitude)).ToArray();
            var sigma = tensor(Array.ConvertAll(deviation(table.AnalysisTime), s => float.IsFinite(s) ? s : 0)).unsqueeze(0); // (1, N)
            var state = about.Observed(h);
            return new Sample(
                (tensor(cluster.Anomaly.ToArray()) - state.Equivalents.squeeze(0)).MoveToOuterDisposeScope(),
                (state.Jacobian * model.Prior.LatentVariance.to(float64)).matmul(state.Jacobian.transpose(0, 1)).MoveToOuterDisposeScope(),
                h.Apply(sigma).to(float64).squeeze(0).MoveToOuterDisposeScope(),
                tensor(cluster.Error.Select(e => e ?? double.NaN).ToArray()).MoveToOuterDisposeScope(),
                EarthPoint.Chords(points, points).MoveToOuterDisposeScope());
        }

        /// <summary>Those that quality control believes.</summary>
        public Sample Believed(Form form, Tensor theta, double beyond)
        {
            using var scope = NewDisposeScope();
            var check = QualityControl.Check(InnovationCovariance.Of(form.Covariance(theta, this)), Departure.unsqueeze(0), beyond);
            var keep = ObservationErrorCovariance.Indices(check.Accepted, true); // (m')
            Tensor Rows(Tensor x) => x.index_select(0, keep).MoveToOuterDisposeScope();
            return new Sample(Rows(Departure), Rows(Background.index_select(1, keep)), Rows(Deviation), Rows(Error), Rows(Distances.index_select(1, keep)));
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
                chosen.UnionWith(Enumerable.Range(0, points.Length).OrderBy(i => points[i].Chord(centre)).Take(Neighbours));
            }

            return chosen;
        }
    }
}
