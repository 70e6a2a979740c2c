using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// Each state of a sequence given its own date's observations and those before them, date after date: the Kalman filter, whose update is the minimum of J with
/// the forecast as prior, so that of a generator that is not linear it is iterated (Jazwinski 1970, Stochastic Processes and Filtering Theory, §8.3). Where a
/// forecast takes two states, what a date's observations say of the state before is kept too: its smoother over one step.
/// </summary>
/// <param name="problem">Of all dates; not disposed here.</param>
/// <param name="forEach">Does something for each number below a count.</param>
internal sealed class TrajectoryFilter(TrajectoryProblem problem, Action<int, Action<int>> forEach) : IDisposable
{
    private readonly List<Date> _dates = [];

    /// <summary>Makes the forecasts' covariances, which follow from the observations' places and errors alone.</summary>
    /// <param name="memory">Not disposed here.</param>
    /// <param name="information">What the observations add to the precision of each state, (d, d), the caller's own; null where nothing is observed.</param>
    /// <param name="cancellation">Checked on the way.</param>
    public void Prepare(StateMemory memory, Func<int, Tensor?> information, CancellationToken cancellation)
    {
        using var whole = NewDisposeScope();
        var identity = eye(problem.Prior.Size, dtype: float64); // (d, d)
        var (last, before) = memory.Weights(); // (d, d)
        var (noise, second) = (memory.Noise(withSecond: true), memory.Noise(withSecond: false)); // (d, d)
        // Of the errors, given the observations so far: of the last state, of the one before with it, and of the one before.
        var (p, across, earlier) = (identity, (Tensor?)null, (Tensor?)null); // (d, d) each
        for (var t = 0; t < problem.Dates.Count; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (covariance, with) = (identity, (Tensor?)null); // (d, d), of the forecast, and of it with the last state
            Tensor[] weights = t == 0 ? [] : t == 1 || before is null ? [memory.Transition] : [last, before]; // (d, d) each
            if (weights.Length > 0)
            {
                with = weights[0].matmul(p);
                covariance = with.matmul(weights[0].transpose(0, 1)).add_(weights.Length == 1 ? second : noise);
            }

            if (weights.Length > 1)
            {
                var cross = weights[1].matmul(across!); // (d, d)
                var mixed = cross.matmul(weights[0].transpose(0, 1)); // (d, d)
                covariance.add_(mixed).add_(mixed.transpose(0, 1)).add_(weights[1].matmul(earlier!).matmul(weights[1].transpose(0, 1)));
                with = with! + cross;
            }

            var precision = t == 0 ? identity.clone() : cholesky_inverse(linalg.cholesky(covariance)); // (d, d)
            using var observed = information(t);
            var curvature = BlockBand.Factor(1, _ => observed is null ? precision.clone() : precision + observed, None, None);
            var now = curvature.Solve(identity.unsqueeze(1)).squeeze(1); // (d, d)
            Tensor? back = null;
            if (before is not null && with is not null)
            {
                back = with.transpose(0, 1).matmul(precision); // (d, d)
                across = back.matmul(now).MoveToOuterDisposeScope();
                earlier = (p - back.matmul(covariance - now).matmul(back.transpose(0, 1))).MoveToOuterDisposeScope();
            }

            p = now.MoveToOuterDisposeScope();
            _dates.Add(new Date([.. weights.Select(w => w.clone().DetachFromDisposeScope())], new TrajectoryPrior(precision.DetachFromDisposeScope()), curvature, back?.DetachFromDisposeScope()));
        }

        static Tensor None(int t) => throw new ArgumentOutOfRangeException(nameof(t), t, "one date has no block beside it");
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
        Tensor? before = null; // (S, d), the state before the last, given the observations so far, less its mean
        for (var t = 0; t < _dates.Count; t++)
        {
            // By a thread of its own, after which there is a rest.
            var number = t;
            forEach(1, _ =>
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var (weights, prior, curvature, back) = _dates[number];
                var forecast = means.select(1, number).clone(); // (S, d)
                var last = number == 0 ? null : found[^1].X - means.select(1, number - 1); // (S, d)
                foreach (var (weight, of) in weights.Zip([last, before]))
                {
                    forecast.add_(of!.matmul(weight.transpose(0, 1)));
                }

                var (x, iterations, unconverged) = (forecast, 0, 0);
                if (problem.Dates[number] is { } date)
                {
                    var search = new TrajectorySearch(new TrajectoryProblem(prior, [date], OneByOne), curvature);
                    (var minimum, var _, iterations, unconverged) = search.Minimise(start(number, forecast).unsqueeze(1), forecast.unsqueeze(1), [observations[number]], tolerance, latents, foresees, cancellation);
                    x = minimum.squeeze(1); // (S, d)
                }

                if (back is not null)
                {
                    before?.Dispose();
                    before = (last! + (x - forecast).matmul(back.transpose(0, 1))).DetachFromDisposeScope(); // (S, d)
                }

                var cost = prior.Costs((x - forecast).unsqueeze(1)).squeeze(1); // (S)
                found.Add((x.clone().DetachFromDisposeScope(), forecast.clone().DetachFromDisposeScope(), cost.DetachFromDisposeScope(), iterations, unconverged));
            });
        }

        var result = (stack([.. found.Select(f => f.X)], 1), stack([.. found.Select(f => f.Forecast)], 1), stack([.. found.Select(f => f.Cost)], 1), found.Select(f => f.Iterations).ToArray(), found.Select(f => f.Unconverged).ToArray());
        before?.Dispose();
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

    public void Dispose() => _dates.ForEach(date => date.Dispose());

    /// <param name="Weights">Of the states before in the forecast, (d, d) each.</param>
    /// <param name="Forecast">N(0, P) of the forecast's error.</param>
    /// <param name="Curvature">Of J of the date.</param>
    /// <param name="Back">What a change of the forecast's state tells of the one before it, (d, d); null where that is not asked for.</param>
    private sealed record Date(IReadOnlyList<Tensor> Weights, TrajectoryPrior Forecast, BlockBand Curvature, Tensor? Back) : IDisposable
    {
        public void Dispose()
        {
            Forecast.Dispose();
            Curvature.Dispose();
            Back?.Dispose();
            foreach (var weight in Weights)
            {
                weight.Dispose();
            }
        }
    }
}
