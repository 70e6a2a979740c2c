using VaeDa.Assimilation.Residual;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Verification;

/// <summary>
/// Optimal interpolation by the sample covariance of the season: of the training anomalies within 30 days of a time of the year, in all years, times a correlation that
/// falls to nothing with distance (Gaspari and Cohn 1999, Q. J. R. Meteorol. Soc. 125, 723, eq. 4.10), as ensemble filters localise theirs (Houtekamer and Mitchell
/// 2001, Mon. Wea. Rev. 129, 123). How far it reaches, analyses of fields held out from training decide, for each network by itself.
/// </summary>
/// <remarks>Members are draws of the posterior by perturbed observations. Where a training field has no value, its anomaly counts as 0.</remarks>
public sealed class LocalisedInterpolation : IDisposable
{
    /// <summary>The name of the method in the scores.</summary>
    public const string Method = "local-oi";

    /// <summary>The largest number of values in a field, V · H · W: the covariance of all of them with each other is held in memory.</summary>
    public const int MostValues = 5000;

    private const double Window = 30.0 / 365;
    private const int Seasons = 36; // as many covariances in a year
    private const int TuningDates = 6;
    private const int CellsTogether = 256;
    private const double Jitter = 1e-6; // of the mean variance, so that a covariance of few fields has a Cholesky factor
    private static readonly double[] Reaches = [.. Enumerable.Range(0, 8).Select(i => 700 * Math.Pow(2, i / 2.0))]; // 700…7,900 km

    private readonly IFieldSet _training;
    private readonly IFieldSet _validation;
    private readonly Grid _grid;
    private readonly string[] _names; // (V)
    private readonly float[] _scale; // (V)
    private readonly Lazy<Tensor> _distances; // (H·W, H·W), km
    private readonly Lazy<bool[]> _valid; // (N), where any training field has a value
    private readonly Dictionary<double, (int Season, Covariance Covariance)> _last = [];

    internal LocalisedInterpolation(GenerativeModel model, IFieldSet training, IFieldSet validation)
    {
        (_training, _validation, _grid) = (training, validation, model.Grid);
        _names = [.. model.Variables.Select(v => v.Name)];
        _scale = [.. model.Normalisation.Scale.Select(s => (float)s)];
        _distances = new Lazy<Tensor>(() => EarthPoint.Chords(EarthPoint.Of(_grid), EarthPoint.Of(_grid)).DetachFromDisposeScope());
        _valid = new Lazy<bool[]>(() => WithAValue(training));
    }

    /// <summary>The distance at which the correlation of a network's analyses is 0, halved, km: the one with the least error.</summary>
    /// <param name="observe">The network's observations of fields, by the number of a field.</param>
    /// <param name="cancellation">Checked at each date.</param>
    internal double ReachFor(Func<IFieldSet, Func<int, ObservationTable>> observe, CancellationToken cancellation)
    {
        var dates = Math.Min(TuningDates, _validation.Count);
        var fields = new FieldSubset(_validation, [.. Enumerable.Range(0, dates).Select(i => (int)((i + 0.5) * _validation.Count / dates))]);
        var (tables, area, errors) = (observe(fields), _grid.AreaWeights(), new double[Reaches.Length]);
        for (var t = 0; t < fields.Count; t++)
        {
            if (tables(t) is not { Count: > 0 } table)
            {
                continue;
            }

            var truth = fields.Read(t);
            using var sample = Sample(SeasonOf(fields.TimeOf(t))); // (N, N)
            for (var r = 0; r < Reaches.Length; r++)
            {
                cancellation.ThrowIfCancellationRequested();
                NativeHeap.GiveBack();
                using var covariance = Localised(sample, Reaches[r]);
                var field = Analyse(covariance, table, fields.TimeOf(t), members: 0, seed: 0).MostProbable;
                errors[r] += Enumerable.Range(0, truth.Length).Where(x => float.IsFinite(truth[x]) && float.IsFinite(field[x])).Sum(x => area[x % _grid.Cells] * Math.Pow((field[x] - truth[x]) / _scale[x / _grid.Cells], 2));
            }
        }

        NativeHeap.GiveBack();
        return Reaches[Array.IndexOf(errors, errors.Min())];
    }

    /// <summary>The analysis of a date.</summary>
    /// <param name="time">UTC.</param>
    /// <param name="table">Its observations, each with its error.</param>
    /// <param name="reach">As <see cref="ReachFor"/> finds it.</param>
    /// <param name="members">M.</param>
    /// <param name="seed">Of all draws.</param>
    /// <returns>(N), and M of (N), in the units of the variables; NaN where no training field has a value.</returns>
    internal (float[] MostProbable, IReadOnlyList<float[]> Members) Analyse(DateTime time, ObservationTable table, double reach, int members, long seed)
    {
        var season = SeasonOf(time);
        if (!_last.TryGetValue(reach, out var last) || last.Season != season)
        {
            last.Covariance?.Dispose();
            NativeHeap.GiveBack();
            using var sample = Sample(season); // (N, N)
            _last[reach] = last = (season, Localised(sample, reach));
        }

        return Analyse(last.Covariance, table, time, members, seed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, covariance) in _last.Values)
        {
            covariance.Dispose();
        }

        if (_distances.IsValueCreated)
        {
            _distances.Value.Dispose();
        }
    }

    /// <summary>The correlation that covariances are localised by.</summary>
    /// <param name="distance">In units of half that at which it is 0.</param>
    internal static Tensor Taper(Tensor distance)
    {
        using var scope = NewDisposeScope();
        var (r, far) = (distance, distance.clamp(1, 2));
        var near = 1 + r.square() * (-5.0 / 3 + r * (0.625 + r * (0.5 - 0.25 * r)));
        var beyond = 4 - 5 * far + far.square() * (5.0 / 3 + far * (0.625 + far * (-0.5 + far / 12))) - 2 / (3 * far);
        return where(r <= 1, near, beyond.clamp_min(0)).MoveToOuterDisposeScope();
    }

    private (float[] MostProbable, IReadOnlyList<float[]> Members) Analyse(Covariance covariance, ObservationTable table, DateTime time, int members, long seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var h = new ObservationOperator(_grid, _names, table, _valid.Value);
        double Scale(int row) => _scale[table.Variable[row] is { } name ? Array.IndexOf(_names, name) : 0];
        var y = tensor(h.Accepted.Select(row => table.Anomaly[row] / Scale(row)).ToArray()); // (n)
        var sigma = tensor(h.Accepted.Select(row => table.Error[row]!.Value / Scale(row)).ToArray()); // (n)
        var with = h.Apply(covariance.Whole).to(float64); // (N, n), C Hᵀ
        var factor = linalg.cholesky(h.Apply(with.transpose(0, 1).contiguous()) + diag(sigma.square())); // (n, n)
        Tensor Update(Tensor innovations) => cholesky_solve(innovations.transpose(0, 1), factor).transpose(0, 1).matmul(with.transpose(0, 1)); // (S, N)
        var fields = Update(y.unsqueeze(0)); // (1, N)
        if (members > 0)
        {
            var noise = Noise.Of(seed, time);
            var prior = noise.For(DrawOf.Latents).Normal(members, _names.Length * _grid.Cells).to(float32).matmul(covariance.Factor.transpose(0, 1)); // (M, N)
            var perturbed = y - sigma * noise.For(DrawOf.ObservationErrors).Normal(members, h.Count); // (M, n)
            fields = cat([fields, prior.to(float64) + Update(perturbed - h.Apply(prior).to(float64))]); // (1 + M, N)
        }

        var values = (fields.to(float32).view(-1, _scale.Length, _grid.Cells) * tensor(_scale).view(1, -1, 1)).flatten(1); // (1 + M, N)
        var all = values.masked_fill(tensor(_valid.Value).logical_not(), float.NaN).data<float>().ToArray().Chunk(_valid.Value.Length).ToArray();
        return (all[0], all[1..]);
    }

    private static int SeasonOf(DateTime time) => (int)(SeasonalVariance.PhaseOf(time) * Seasons);

    /// <summary>The covariance of the anomalies of a season, in units of the scales, (N, N), double precision; the caller's own.</summary>
    private Tensor Sample(int season)
    {
        using var scope = NewDisposeScope();
        var middle = (season + 0.5) / Seasons;
        int[] near = [.. Enumerable.Range(0, _training.Count).Where(t => Math.Abs(Math.IEEERemainder(SeasonalVariance.PhaseOf(_training.TimeOf(t)) - middle, 1)) <= Window)];
        var values = near.SelectMany(t => _training.Read(t)).ToArray();
        var anomalies = tensor(values, [near.Length, _scale.Length, _grid.Cells]).nan_to_num(0) / tensor(_scale).view(1, -1, 1); // (K, V, H·W)
        var flat = anomalies.flatten(1).to(float64); // (K, N)
        return (flat.transpose(0, 1).matmul(flat) / Math.Max(1, near.Length)).MoveToOuterDisposeScope(); // (N, N)
    }

    private Covariance Localised(Tensor sample, double reach)
    {
        using var scope = NewDisposeScope();
        var whole = empty_like(sample, dtype: float32); // (N, N)
        var pairs = whole.view(_scale.Length, _grid.Cells, _scale.Length, _grid.Cells);
        var of = sample.view(_scale.Length, _grid.Cells, _scale.Length, _grid.Cells);
        // Of all cells at once the taper's terms would take a dozen times the memory of the covariance.
        for (var from = 0; from < _grid.Cells; from += CellsTogether)
        {
            using var some = NewDisposeScope();
            var count = Math.Min(CellsTogether, _grid.Cells - from);
            var taper = Taper(_distances.Value.narrow(0, from, count) / reach).view(1, count, 1, _grid.Cells); // (1, c, 1, H·W)
            pairs.narrow(1, from, count).copy_(of.narrow(1, from, count) * taper);
        }

        return new Covariance(whole.DetachFromDisposeScope());
    }

    private static bool[] WithAValue(IFieldSet fields)
    {
        var (some, field) = (new bool[fields.FieldLength()], new float[fields.FieldLength()]);
        for (var t = 0; t < fields.Count; t++)
        {
            fields.Read(t, field);
            for (var x = 0; x < field.Length; x++)
            {
                some[x] |= float.IsFinite(field[x]);
            }
        }

        return some;
    }

    /// <param name="whole">C, (N, N); the new object's own.</param>
    private sealed class Covariance(Tensor whole) : IDisposable
    {
        private readonly Lazy<Tensor> _factor = new(() =>
        {
            using var scope = NewDisposeScope();
            var c = whole.to(float64); // (N, N)
            c.diagonal().add_(Jitter * c.diagonal().mean());
            return linalg.cholesky(c).to(float32).DetachFromDisposeScope(); // (N, N)
        });

        public Tensor Whole => whole;

        /// <summary>C's Cholesky factor, (N, N).</summary>
        public Tensor Factor => _factor.Value;

        public void Dispose()
        {
            whole.Dispose();
            if (_factor.IsValueCreated)
            {
                _factor.Value.Dispose();
            }
        }
    }
}
