using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// Each state of a sequence given its own date's observations and those before them, date after date: the Kalman filter, whose update is the minimum of J with
/// the forecast as prior, so that of a generator that is not linear it is iterated (Jazwinski 1970, Stochastic Processes and Filtering Theory, §8.3). A forecast
/// errs by N(0, I − Φ (I − P) Φᵀ), where P is the covariance of the state before.
/// </summary>
/// <param name="problem">Of all dates; not disposed here.</param>
/// <param name="forEach">Does something for each number below a count.</param>
internal sealed class TrajectoryFilter(TrajectoryProblem problem, Action<int, Action<int>> forEach) : IDisposable
{
    private readonly List<(TrajectoryPrior Forecast, BlockTridiagonal Curvature, Tensor? Phi)> _dates = [];

    /// <summary>Makes the forecasts' covariances, which follow from the observations' places and errors alone.</summary>
    /// <param name="power">M to a power, (d, d), double precision, the caller's own.</param>
    /// <param name="steps">Between successive dates, (T − 1).</param>
    /// <param name="information">What the observations add to the precision of each state, (d, d), the caller's own; null where nothing is observed.</param>
    /// <param name="cancellation">Checked on the way.</param>
    public void Prepare(Func<int, Tensor> power, IReadOnlyList<int> steps, Func<int, Tensor?> information, CancellationToken cancellation)
    {
        var size = problem.Prior.Size;
        using var identity = eye(size, dtype: float64); // (d, d)
        var precision = identity.clone(); // (d, d), of the forecast
        for (var t = 0; t <= steps.Count; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var phi = t == 0 ? null : power(steps[t - 1]); // (d, d)
            if (phi is not null)
            {
                var before = _dates[^1].Curvature.Solve(identity.unsqueeze(1)).squeeze(1); // (d, d), P
                precision = cholesky_inverse(linalg.cholesky(identity - phi.matmul(identity - before).matmul(phi.transpose(0, 1)))); // (d, d)
            }

            using var observed = information(t);
            var curvature = BlockTridiagonal.Factor(1, _ => observed is null ? precision : precision + observed, _ => throw new InvalidOperationException());
            var forecast = new TrajectoryPrior(size, power, [], precision.DetachFromDisposeScope());
            _dates.Add((forecast, curvature, phi?.DetachFromDisposeScope()));
        }
    }

    /// <summary>The minimum of each date's J, for each sequence.</summary>
    /// <param name="start">Of the search, by the date and its forecasts, (S, d).</param>
    /// <param name="means">m, (S, T, d).</param>
    /// <param name="observations">Of each date, (S or 1, n); null where nothing is observed.</param>
    /// <param name="tolerance">Of the step that is left, in posterior standard deviations (root mean square over the latents).</param>
    /// <param name="latents">k.</param>
    /// <param name="foresees">Whether the last step's gradient is spared where those before it show that it will be within the tolerance.</param>
    /// <param name="cancellation">Checked at each step.</param>
    /// <returns>States and their forecasts (S, T, d); what each state adds to the prior's part of J, (S, T); steps tried and how many sequences ended short of the tolerance, (T).</returns>
    public (Tensor X, Tensor Forecasts, Tensor Costs, int[] Iterations, int[] Unconverged) Minimise(
        Func<int, Tensor, Tensor> start, Tensor means, IReadOnlyList<Tensor?> observations, double tolerance, int latents, bool foresees, CancellationToken cancellation)
    {
        var found = new List<(Tensor X, Tensor Forecast, Tensor Cost, int Iterations, int Unconverged)>();
        for (var t = 0; t < _dates.Count; t++)
        {
            // By a thread of its own, after which there is a rest.
            var number = t;
            forEach(1, _ =>
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var (prior, curvature, phi) = _dates[number];
                var forecast = means.select(1, number); // (S, d)
                if (phi is not null)
                {
                    forecast = forecast + (found[^1].X - means.select(1, number - 1)).matmul(phi.transpose(0, 1)); // (S, d)
                }

                var (x, iterations, unconverged) = (forecast, 0, 0);
                if (problem.Dates[number] is { } date)
                {
                    var search = new TrajectorySearch(new TrajectoryProblem(prior, [date], OneByOne), curvature);
                    (var minimum, var _, iterations, unconverged) = search.Minimise(start(number, forecast).unsqueeze(1), forecast.unsqueeze(1), [observations[number]], tolerance, latents, foresees, cancellation);
                    x = minimum.squeeze(1); // (S, d)
                }

                var cost = prior.Costs((x - forecast).unsqueeze(1)).squeeze(1); // (S)
                found.Add((x.clone().DetachFromDisposeScope(), forecast.clone().DetachFromDisposeScope(), cost.DetachFromDisposeScope(), iterations, unconverged));
            });
        }

        var result = (stack([.. found.Select(f => f.X)], 1), stack([.. found.Select(f => f.Forecast)], 1), stack([.. found.Select(f => f.Cost)], 1), found.Select(f => f.Iterations).ToArray(), found.Select(f => f.Unconverged).ToArray());
        found.ForEach(f =>
        {
            f.X.Dispose();
            f.Forecast.Dispose();
            f.Cost.Dispose();
        });
        return result;

        static void OneByOne(int count, Action<int> action)
        {
            for (var i = 0; i < count; i++)
            {
                action(i);
            }
        }
    }

    /// <summary>The change of a date's minimum, of the problem made linear, with its forecast and its observations.</summary>
    /// <param name="t">The date, from 0.</param>
    /// <param name="forecast">The change of the forecast, (S, d).</param>
    /// <param name="pull">Gᵀ R⁻¹ times the change of the observations, (S, d).</param>
    /// <returns>(S, d)</returns>
    public Tensor Change(int t, Tensor forecast, Tensor pull)
    {
        using var scope = NewDisposeScope();
        var change = _dates[t].Forecast.Apply(forecast.unsqueeze(1)) + pull.unsqueeze(1); // (S, 1, d)
        return _dates[t].Curvature.Solve(change).squeeze(1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var (forecast, curvature, phi) in _dates)
        {
            forecast.Dispose();
            curvature.Dispose();
            phi?.Dispose();
        }
    }
}
