using VaeDa.Assimilation.Residual;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>
/// The optimal interpolation of the fields of all dates at once, by their covariances: of fields n steps apart Sᵀ M_n S, where M_n is the states' covariance and S are the EOFs
/// and the residual's patterns in standard deviations; of a field with itself also what the patterns leave. That it remembers too, φ^n, the
/// analysis does not know, but its errors do.
/// </summary>
internal sealed class JointSolution : IDisposable
{
    private readonly int _size; // N
    private readonly Tensor _covariance; // (T N, T N)

    /// <param name="world">Whose dates.</param>
    /// <param name="dates">How many of them, from the first; null for all.</param>
    public JointSolution(RememberingWorld world, int? dates = null)
    {
        using var scope = NewDisposeScope();
        var (model, prior) = (world.Model, world.Model.Prior);
        (_size, var k) = (model.FieldLength, model.LatentSize);
        var s = cat([model.LinearPatterns()!.to(float64) * prior.LatentVariance.to(float64).sqrt().unsqueeze(1), prior.ResidualPatterns.Whole().to(float64)]); // (d, N)
        var cells = new ObservationTable(Enumerable.Range(0, _size).Select(c => new Observation(model.Grid.LatitudeOf(c % model.Grid.Cells), model.Grid.LongitudeOf(c % model.Grid.Cells), 0) { Variable = $"x{c / model.Grid.Cells}" }));
        using var everywhere = At(cells).Residual;
        var remainder = everywhere.RemainderBetweenPlaces(); // (N, N)
        int[] day = [.. Enumerable.Range(0, dates ?? world.Times.Count)];
        var states = cat([.. day.Select(row => cat([.. day.Select(column => M(row - column))], 1))]); // (T d, T d)
        // Of fields, (T N); of observations, (n) over all dates.
        var whole = Diagonal(Enumerable.Repeat(s.transpose(0, 1), day.Length)); // (T N, T d)
        var fields = whole.matmul(states).matmul(whole.transpose(0, 1)) + Diagonal(Enumerable.Repeat(remainder, day.Length)); // (T N, T N)

        var (rows, errors, crossed) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        var (y, first) = (new List<double>(), model.Decode(prior.LatentMean.unsqueeze(0)).squeeze(0).to(float64)); // (N)
        foreach (var table in world.Tables.Take(day.Length))
        {
            if (table is null)
            {
                rows.Add(zeros([0, _size], float64));
                errors.Add(zeros([0, 0], float64));
                crossed.Add(zeros([_size, 0], float64));
                continue;
            }

            var (h, residual) = At(table);
            using var disposed = residual;
            var dense = zeros([h.Count, _size], float64); // (n, N), H
            for (var i = 0; i < h.Indices.Length; i++)
            {
                dense[i / ObservationOperator.Corners, h.Indices[i]] += h.Weights[i];
            }

            rows.Add(dense);
            errors.Add(residual.RemainderBetweenPlaces() + diag(tensor(table.Error.Select(e => e!.Value).ToArray()).square())); // (n, n)
            var none = zeros([h.Count, prior.ResidualPatterns.Count], float64); // (n, m)
            crossed.Add(cat([.. residual.Parts().Select(part => residual.ToCells(eye(h.Count, dtype: float64), part, none))], 1).transpose(0, 1).to(float64)); // (N, n)
            y.AddRange(table.Anomaly);
        }

        var observed = Diagonal(rows); // (n, T N)
        var ofStates = observed.matmul(whole); // (n, T d)
        var between = ofStates.matmul(states).matmul(ofStates.transpose(0, 1)) + Diagonal(errors); // (n, n)
        var with = whole.matmul(states).matmul(ofStates.transpose(0, 1)) + Diagonal(crossed); // (T N, n)
        var gain = linalg.solve(between, with.transpose(0, 1)).transpose(0, 1); // (T N, n)
        var firsts = first.repeat(day.Length); // (T N)
        var innovation = tensor(y.ToArray()) - observed.mv(firsts); // (n)
        var precision = linalg.inv(between); // (n, n)
        LeftOut = stack([precision.mv(innovation) / precision.diagonal(), precision.diagonal().rsqrt()]).DetachFromDisposeScope(); // (2, n)
        Mean = (firsts + gain.mv(innovation)).reshape(day.Length, _size).DetachFromDisposeScope(); // (T, N)

        var (phi, counts) = (model.Memory!.RemainderCorrelation, errors.ConvertAll(e => e.shape[0]));
        var all = At(new ObservationTable(world.Tables.Take(day.Length).OfType<ObservationTable>().SelectMany(table => table.Observations)));
        using var ofAll = all.Residual;
        // A place's own part is not remembered.
        var own = remainder.diagonal() * prior.ResidualCorrelation.Nugget; // (N)
        fields = fields + Remembered((_, _) => remainder - diag(own), Enumerable.Repeat((long)_size, day.Length));
        with = with + Remembered((_, column) => crossed[column], Enumerable.Repeat((long)_size, day.Length), counts);
        var places = ofAll.RemainderBetweenPlaces(); // (n, n)
        between = between + Remembered((row, column) => places.narrow(0, counts.Take(row).Sum(), counts[row]).narrow(1, counts.Take(column).Sum(), counts[column]), counts);
        var half = gain.matmul(with.transpose(0, 1)); // (T N, T N)
        _covariance = (fields - half - half.transpose(0, 1) + gain.matmul(between).matmul(gain.transpose(0, 1))).DetachFromDisposeScope();
        Prior = fields.diagonal().sqrt().narrow(0, 0, _size).clone().DetachFromDisposeScope(); // (N)

        var stateGain = linalg.solve(between, ofStates.matmul(states)).transpose(0, 1); // (T d, n)
        States = stateGain.mv(innovation).reshape(day.Length, k + prior.ResidualPatterns.Count).DetachFromDisposeScope(); // (T, d)
        StateCovariance = (states - stateGain.matmul(ofStates).matmul(states)).DetachFromDisposeScope(); // (T d, T d)

        // φ^n of two different dates.
        Tensor Remembered(Func<int, int, Tensor> of, IEnumerable<long> heights, IEnumerable<long>? widths = null) => cat([.. heights.Select((height, row) =>
            cat([.. (widths ?? heights).Select((width, column) => row == column ? zeros([height, width], float64) : Math.Pow(phi, Math.Abs(day[row] - day[column])) * of(row, column))], 1))]);

        Tensor M(int steps) => steps < 0 ? model.Memory!.Covariance(-steps).transpose(0, 1) : model.Memory!.Covariance(steps); // (d, d)

        (ObservationOperator H, ResidualCovariance Residual) At(ObservationTable table)
        {
            var h = new ObservationOperator(model.Grid, ["x0", "x1"], table);
            return (h, ResidualCovariance.Of(model, h, [.. table.Observations.Select(o => new ObservationPlace(EarthPoint.At(o.Latitude, o.Longitude), o.Variable == "x0" ? 0 : 1))]));
        }
    }

    /// <summary>Of the fields given all observations, (T, N).</summary>
    public Tensor Mean { get; }

    /// <summary>Each observation of all dates less what all others predict of it, and the standard deviation of that, (2, n).</summary>
    public Tensor LeftOut { get; }

    /// <summary>Standard deviation before any observation, (N).</summary>
    public Tensor Prior { get; }

    /// <summary>Of the states given all observations, (T, d).</summary>
    public Tensor States { get; }

    /// <summary>Of the states given all observations, (T d, T d).</summary>
    public Tensor StateCovariance { get; }

    /// <summary>Of the errors of the fields of two dates, (N, N).</summary>
    public Tensor Covariance(int row, int column) => _covariance.narrow(0, row * _size, _size).narrow(1, column * _size, _size);

    public void Dispose()
    {
        Mean.Dispose();
        LeftOut.Dispose();
        Prior.Dispose();
        States.Dispose();
        StateCovariance.Dispose();
        _covariance.Dispose();
    }

    private static Tensor Diagonal(IEnumerable<Tensor> blocks)
    {
        var all = blocks.ToList();
        var result = zeros([all.Sum(b => b.shape[0]), all.Sum(b => b.shape[1])], float64);
        var (row, column) = (0L, 0L);
        foreach (var block in all)
        {
            result.narrow(0, row, block.shape[0]).narrow(1, column, block.shape[1]).copy_(block);
            (row, column) = (row + block.shape[0], column + block.shape[1]);
        }

        return result;
    }
}
