using VaeDa.Fields;
using VaeDa.Fields.Grids;
using static TorchSharp.torch;

namespace VaeDa.Verification.Samples;

/// <summary>
/// The sums over a set of fields from which its statistics follow (<see cref="SampleStatistics"/>), kept by blocks of fields, so
/// that blocks can be drawn anew for a bootstrap (<see cref="SampleComparison"/>).
/// </summary>
public sealed class SampleMoments : IDisposable
{
    /// <summary>The largest number of blocks that a set of fields is cut into: of two years of days, a month each.</summary>
    public const int Blocks = 24;

    private const int FieldsAtOnce = 32;

    private SampleMoments(Tensor count, Tensor sum, Tensor squares, Tensor crossed, Tensor spectrum, Tensor marginal)
    {
        (Count, Sum, Squares, Crossed, Spectrum, Marginal) = (count, sum, squares, crossed, spectrum, marginal);
    }

    /// <summary>Fields with a value, (b, N), N = V·H·W, b blocks.</summary>
    internal Tensor Count { get; }

    /// <summary>Of the values, (b, N).</summary>
    internal Tensor Sum { get; }

    /// <summary>Of their squares, (b, N).</summary>
    internal Tensor Squares { get; }

    /// <summary>Of their products with the value at each base point, (b, P, N): a point's are with its own variable.</summary>
    internal Tensor Crossed { get; }

    /// <summary>Of the rows' power in waves 0…M, and in the last place the number of whole rows, (b, V, H, M + 2).</summary>
    internal Tensor Spectrum { get; }

    /// <summary>
    /// Over all cells by area, of the values divided by the climatological standard deviation: weight, Σx, Σx², Σx³, Σx⁴,
    /// weight where |x| is above 3; (b, V, 6).
    /// </summary>
    internal Tensor Marginal { get; }

    /// <summary>
    /// Gets the base points of the correlation maps, four cells that are the same for each variable: at quarters of the grid's height
    /// and odd eighths of its width.
    /// </summary>
    /// <param name="grid">The grid of the fields.</param>
    /// <returns>The indices of the cells, row by row from 0.</returns>
    public static int[] BasePoints(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        (double Down, double Along)[] places = [(0.25, 0.125), (0.25, 0.625), (0.5, 0.375), (0.75, 0.875)];
        return Array.ConvertAll(places, p => (int)(p.Down * grid.Height) * grid.Width + (int)(p.Along * grid.Width));
    }

    /// <summary>Sums over a set of fields, cut into up to <see cref="Blocks"/> blocks of fields that follow each other.</summary>
    /// <param name="fields">The fields, 2 or more, taken in their order.</param>
    /// <param name="deviation">The climatological standard deviation, (V, H, W), in the units of the variables.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The sums, which the caller disposes.</returns>
    public static SampleMoments Of(IFieldSet fields, float[] deviation, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var blocks = Math.Clamp(fields.Count / 2, 1, Blocks);
        return Of(
            Enumerable.Range(0, blocks).Select(b => Chunks((int)((long)b * fields.Count / blocks), (int)((long)(b + 1) * fields.Count / blocks))),
            fields.Grid, deviation);

        IEnumerable<Tensor> Chunks(int first, int end)
        {
            for (; first < end; first += FieldsAtOnce)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = Math.Min(FieldsAtOnce, end - first);
                var values = new float[count * fields.FieldLength()];
                for (var i = 0; i < count; i++)
                {
                    fields.Read(first + i, values.AsSpan(i * fields.FieldLength(), fields.FieldLength()));
                }

                yield return tensor(values, [count, fields.FieldLength()]); // (s, N)
            }
        }
    }

    /// <summary>Sums over fields that come in blocks, as <see cref="Assimilation.Ensemble.PriorSampler"/> draws them.</summary>
    /// <param name="blocks">
    /// The blocks, each in chunks of (s, V·H·W), in the units of the variables and NaN where there is no value; the chunks are disposed here.
    /// </param>
    /// <param name="grid">The grid of the fields.</param>
    /// <param name="deviation">The climatological standard deviation, (V, H, W), in the units of the variables.</param>
    /// <returns>The sums, which the caller disposes.</returns>
    public static SampleMoments Of(IEnumerable<IEnumerable<Tensor>> blocks, Grid grid, float[] deviation)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(deviation);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var variables = deviation.Length / grid.Cells;
        var points = tensor(Array.ConvertAll(BasePoints(grid), p => (long)p)); // (P)
        var area = tensor(grid.AreaWeights()).to(float64); // (C)
        var scale = tensor(deviation).to(float64); // (N)
        var sums = new List<Tensor[]>();
        foreach (var block in blocks)
        {
            Tensor[]? total = null;
            foreach (var chunk in block)
            {
                using var owned = chunk;
                using var inner = NewDisposeScope();
                var parts = Parts(chunk.to(float64)); // one for each property
                total = total is null
                    ? Array.ConvertAll(parts, part => part.MoveToOuterDisposeScope())
                    : [.. total.Zip(parts, (sum, part) => sum.add_(part))];
            }

            if (total is not null)
            {
                sums.Add(total);
            }
        }

        Tensor Stacked(int i) => stack(sums.ConvertAll(s => s[i])).MoveToOuterDisposeScope();
        return new SampleMoments(Stacked(0), Stacked(1), Stacked(2), Stacked(3), Stacked(4), Stacked(5));

        Tensor[] Parts(Tensor x) // (s, N)
        {
            var present = x.isfinite(); // (s, N)
            var values = x.nan_to_num(0); // (s, N)
            var byVariable = values.reshape(-1, variables, grid.Cells); // (s, V, C)
            var atPoints = byVariable.index_select(2, points); // (s, V, P)
            var crossed = einsum("svp,svc->pvc", atPoints, byVariable).flatten(1); // (P, N)
            var power = ZonalSpectrum.Of(x.reshape(-1, variables, grid.Height, grid.Width), grid); // (s, V, H, M + 1)
            var whole = power.isfinite().to(float64); // (s, V, H, M + 1)
            var spectrum = cat([power.nan_to_num(0), whole.narrow(-1, 0, 1)], -1).sum([0]); // (V, H, M + 2)
            var weight = present.to(float64).reshape(-1, variables, grid.Cells) * area; // (s, V, C)
            var y = (values / scale).nan_to_num(0, 0, 0).reshape(-1, variables, grid.Cells); // (s, V, C)
            var marginal = stack([weight, weight * y, weight * y.square(), weight * y.pow(3), weight * y.pow(4), weight * y.abs().gt(3).to(float64)], -1).sum([0, 2]); // (V, 6)
            return [present.to(float64).sum([0]), values.sum([0]), values.square().sum([0]), crossed, spectrum, marginal];
        }
    }

    /// <summary>One block: the sum of all, each taken so many times.</summary>
    /// <param name="times">(b)</param>
    internal SampleMoments Weighted(IReadOnlyList<int> times)
    {
        using var scope = NewDisposeScope();
        var weights = tensor(times.Select(t => (double)t).ToArray()); // (b)
        return new SampleMoments(Combined(Count), Combined(Sum), Combined(Squares), Combined(Crossed), Combined(Spectrum), Combined(Marginal));

        Tensor Combined(Tensor moments) => weights.unsqueeze(0).matmul(moments.flatten(1)).reshape([1, .. moments.shape[1..]]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Count.Dispose();
        Sum.Dispose();
        Squares.Dispose();
        Crossed.Dispose();
        Spectrum.Dispose();
        Marginal.Dispose();
    }
}
