using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Verification.Scores;
using static TorchSharp.torch;

namespace VaeDa.Verification;

/// <summary>
/// How well a model's memory forecasts fields, from the state of a field some steps before, beside what needs no model: persistence,
/// persistence damped by the autocorrelation at each place, and climatology.
/// </summary>
public static class ForecastValidation
{
    /// <summary>How many steps ahead forecasts go.</summary>
    public const int Steps = 10;

    // Fields that are made for it: on a large grid they are fewer dates'.
    private const long MostValues = 200_000_000;
    private const int FewestDates = 60;

    /// <summary>Scores forecasts of fields.</summary>
    /// <param name="model">A model with a memory, of the whole year and with its encoder; it is not disposed here.</param>
    /// <param name="training">The fields that it was trained on, in the order of time: for the autocorrelation.</param>
    /// <param name="heldOut">The fields to forecast, and from which, in the order of time; of many on a large grid, some are forecast.</param>
    /// <param name="step">The step that the fields come at.</param>
    /// <param name="cancellation">Breaks off between fields.</param>
    /// <returns>For each variable, a row for each number of steps for which there is a pair of fields.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<ForecastError> Of(GenerativeModel model, IFieldSet training, IFieldSet heldOut, TimeStep step, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(step);
        using var noGrad = no_grad();
        using var states = EncodedStates.Of(model, heldOut, cancellation);
        var autocorrelation = Autocorrelation(training, step, cancellation); // (steps, V·H·W)
        var sums = new Sums(heldOut, autocorrelation);
        var targets = (int)Math.Clamp(MostValues / (Steps * (long)heldOut.FieldLength()), FewestDates, Math.Max(FewestDates, states.Times.Count));
        for (var i = 0; i < Math.Min(targets, states.Times.Count); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var t = (int)((long)i * states.Times.Count / Math.Min(targets, states.Times.Count));
            var from = Enumerable.Range(Math.Max(0, t - Steps), Math.Min(t, Steps))
                .Select(s => (Place: s, Steps: step.Between(states.Times[s], states.Times[t])))
                .Where(s => s.Steps is >= 1 and <= Steps).ToList();
            if (from.Count == 0)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var start = from.Select(s => Ahead(model.Memory!, states, s.Place, s.Steps!.Value, step)); // (1, d) each
            var forecasts = Fields(model, cat([.. start]), states.Times[t]); // (n, N)
            var truth = heldOut.Read(states.Indices[t]); // (N)
            for (var n = 0; n < from.Count; n++)
            {
                sums.Add(from[n].Steps!.Value, truth, forecasts[n].data<float>().ToArray(), heldOut.Read(states.Indices[from[n].Place]));
            }
        }

        return sums.Errors();
    }

    /// <summary>The errors as a table: variable, step, then the root mean square error of each method and the number of fields.</summary>
    /// <param name="errors">What <see cref="Of"/> found.</param>
    public static DataFrame ToDataFrame(IReadOnlyList<ForecastError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var table = new ScoreTable("variable");
        foreach (var error in errors)
        {
            table.Add(
                [error.Variable],
                [("step", error.Step), ("forecast", error.Forecast), ("persistence", error.Persistence), ("damped_persistence", error.DampedPersistence), ("climatology", error.Climatology), ("fields", error.Fields)]);
        }

        return table.ToDataFrame();
    }

    /// <summary>What a state, and the one a step before it where there is one, tell of that some steps later.</summary>
    /// <returns>(1, d)</returns>
    private static Tensor Ahead(StateMemory memory, EncodedStates states, int place, int steps, TimeStep step)
    {
        var before = place > 0 && step.Between(states.Times[place - 1], states.Times[place]) == 1 ? states.Values.narrow(0, place - 1, 1) : null; // (1, d)
        return memory.Ahead(states.Values.narrow(0, place, 1), before, steps);
    }

    /// <summary>β D(z) + Pᵀ a of states.</summary>
    /// <param name="model">Of the whole year.</param>
    /// <param name="ahead">(n, d)</param>
    /// <param name="time">That they are of.</param>
    /// <returns>(n, N), on the CPU.</returns>
    private static Tensor Fields(GenerativeModel model, Tensor ahead, DateTime time)
    {
        using var scope = NewDisposeScope();
        using var then = model.At(time);
        var u = ahead.narrow(1, 0, then.LatentSize); // (n, k)
        var z = then.Prior.LatentMean.to(float64) + u * then.Prior.LatentVariance.to(float64).sqrt(); // (n, k)
        var fields = then.Decode(z.to(float32).to(then.Device)).cpu(); // (n, N)
        return then.Prior.ResidualPatterns.Count == 0
            ? fields.MoveToOuterDisposeScope()
            : fields.addmm(ahead.narrow(1, then.LatentSize, then.Prior.ResidualPatterns.Count).to(float32), then.Prior.ResidualPatterns.Whole()).MoveToOuterDisposeScope(); // (n, N)
    }

    /// <summary>⟨x(t + n) x(t)⟩ / ⟨x(t)²⟩ at each place, about no anomaly, for n = 1… steps; 0 where there are no pairs.</summary>
    private static double[][] Autocorrelation(IFieldSet fields, TimeStep step, CancellationToken cancellation)
    {
        var length = fields.FieldLength();
        double[][] Zeros() => [.. Enumerable.Range(0, Steps).Select(_ => new double[length])];
        var (products, squares) = (Zeros(), Zeros()); // (steps, N) each
        var before = new Queue<(DateTime Time, float[] Field)>();
        for (var t = 0; t < fields.Count; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (time, field) = (fields.TimeOf(t), fields.Read(t));
            foreach (var (earlierTime, earlier) in before)
            {
                if (step.Between(earlierTime, time) is >= 1 and <= Steps and var n)
                {
                    for (var x = 0; x < length; x++)
                    {
                        if (float.IsFinite(field[x]) && float.IsFinite(earlier[x]))
                        {
                            products[n - 1][x] += (double)field[x] * earlier[x];
                            squares[n - 1][x] += (double)earlier[x] * earlier[x];
                        }
                    }
                }
            }

            before.Enqueue((time, field));
            if (before.Count > Steps)
            {
                before.Dequeue();
            }
        }

        return [.. products.Zip(squares, (p, s) => p.Zip(s, (product, square) => square > 0 ? product / square : 0).ToArray())];
    }

    /// <summary>Squared errors by variable, steps and method.</summary>
    private sealed class Sums(IFieldSet fields, double[][] autocorrelation)
    {
        private const int Methods = 4;
        private readonly float[] _area = fields.Grid.AreaWeights();
        private readonly double[,,] _squares = new double[fields.Variables.Count, Steps, Methods];
        private readonly double[,] _weights = new double[fields.Variables.Count, Steps];
        private readonly int[] _fields = new int[Steps];

        /// <param name="steps">1…</param>
        /// <param name="truth">(V, H, W), as the others.</param>
        /// <param name="forecast">By the model.</param>
        /// <param name="earlier">The field so many steps before.</param>
        public void Add(int steps, float[] truth, float[] forecast, float[] earlier)
        {
            var n = steps - 1;
            _fields[n]++;
            for (var x = 0; x < truth.Length; x++)
            {
                if (!float.IsFinite(truth[x]) || !float.IsFinite(earlier[x]))
                {
                    continue;
                }

                var (v, area) = (x / _area.Length, _area[x % _area.Length]);
                _weights[v, n] += area;
                _squares[v, n, 0] += area * Math.Pow(truth[x] - forecast[x], 2);
                _squares[v, n, 1] += area * Math.Pow(truth[x] - earlier[x], 2);
                _squares[v, n, 2] += area * Math.Pow(truth[x] - autocorrelation[n][x] * earlier[x], 2);
                _squares[v, n, 3] += area * Math.Pow(truth[x], 2);
            }
        }

        public IReadOnlyList<ForecastError> Errors() =>
        [
            .. from v in Enumerable.Range(0, fields.Variables.Count)
               from n in Enumerable.Range(0, Steps)
               where _weights[v, n] > 0
               select new ForecastError(fields.Variables[v].Name, n + 1, Rmse(v, n, 0), Rmse(v, n, 1), Rmse(v, n, 2), Rmse(v, n, 3), _fields[n]),
        ];

        private double Rmse(int v, int n, int method) => Math.Sqrt(_squares[v, n, method] / _weights[v, n]);
    }
}
