using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Linear;

/// <summary>
/// The leading empirical orthogonal functions of a set of fields under the area-weighted inner product, by randomised
/// subspace iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4): each iteration is one pass over the fields, and
/// memory holds a few times N × k, whatever their number.
/// </summary>
internal sealed class EofBasis : IDisposable
{
    private const int Oversampling = 20;
    private const int Iterations = 6;
    private const int IterationsWithGaps = 14;

    private EofBasis(Tensor mean, Tensor patterns, Tensor projection, Tensor eigenvalues, double residualVariance)
    {
        (Mean, Patterns, Projection, Eigenvalues, ResidualVariance) = (mean, patterns, projection, eigenvalues, residualVariance);
    }

    /// <summary>Mean field, (N), N = V·H·W, normalised units.</summary>
    public Tensor Mean { get; }

    /// <summary>(k, N): a field is Mean + zᵀ Patterns, where the z of the fields have variance 1.</summary>
    public Tensor Patterns { get; }

    /// <summary>(k, N): z = Projection · (x − Mean).</summary>
    public Tensor Projection { get; }

    /// <summary>Variance of each mode, (k), summed over the cells with their weights, descending.</summary>
    public Tensor Eigenvalues { get; }

    /// <summary>Mean variance of a cell that the modes leave unexplained, normalised units squared.</summary>
    public double ResidualVariance { get; }

    /// <param name="fields">The fields, T of them; those without any value do not count.</param>
    /// <param name="normalisation">Applied before anything else.</param>
    /// <param name="modes">k.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <exception cref="InvalidInputException">There are fewer fields or cells than modes.</exception>
    /// <remarks>
    /// Values that are missing count as no anomaly at first, then as what the pass before expects of the rest of the field (Beckers and
    /// Rixen 2003, J. Atmos. Oceanic Technol. 20, 1839). Each pass moves a cell by the part of its values that are there, so one that
    /// hardly ever has any stays near no anomaly.
    /// </remarks>
    public static EofBasis Of(IFieldSet fields, Normalisation normalisation, int modes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        RequireMore(fields.Count);
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(20110217);
        long cells = fields.FieldLength();
        var batches = new FieldBatches(fields, normalisation, 256, CPU);
        var root = tensor(fields.Grid.AreaWeights()).sqrt().repeat(fields.Variables.Count); // (N), √weight

        var (mean, values, count) = (zeros(cells, float64), zeros(cells, int64), 0L); // (N), (N)
        foreach (var (x, weights) in Read())
        {
            mean.add_(x.sum(0, type: float64));
            values.add_(weights.ne(0).expand_as(x).sum([0]));
            count += x.shape[0];
        }

        RequireMore(count);
        var width = (int)Math.Min(modes + Oversampling, Math.Min(count, cells));
        mean = mean.div(count).to(float32); // (N)
        var known = values.masked_select(values.gt(0)).to(float64).div(count).mean().item<double>(); // of the cells that have any value
        EofBasis? expected = null;
        var (total, q) = (0.0, linalg.qr(randn(cells, width, generator: generator)).Q); // (N, p)
        for (var i = 0; i < Iterations || (known < 1 && i < IterationsWithGaps); i++)
        {
            var product = CovarianceTimes(q, out var moved); // (N, p), (N)
            if (known < 1)
            {
                expected?.Dispose();
                mean = mean + moved; // (N)
                expected = Leading(product);
            }

            q = linalg.qr(product).Q; // (N, p)
        }

        using var before = expected;
        return Leading(CovarianceTimes(q, out _));

        void RequireMore(long found)
        {
            if (modes >= Math.Min(found, fields.FieldLength()))
            {
                throw new InvalidInputException($"{modes} EOFs need more than {modes} training fields; there are {found} (of {fields.FieldLength()} cells): choose a smaller latent size");
            }
        }

        // Rayleigh–Ritz on the subspace of q.
        EofBasis Leading(Tensor product)
        {
            var (values, vectors) = linalg.eigh(q.transpose(0, 1).matmul(product)); // (p), (p, p), ascending
            var eigenvalues = values.flip(0).narrow(0, 0, modes).clamp_min(1e-12); // (k)
            var modesWeighted = q.matmul(vectors.flip(1).narrow(1, 0, modes)).transpose(0, 1); // (k, N), orthonormal
            var scale = eigenvalues.sqrt().unsqueeze(1); // (k, 1)
            return new EofBasis(
                mean.clone().DetachFromDisposeScope(),
                (modesWeighted * scale / root.clamp_min(1e-6)).DetachFromDisposeScope(), // (k, N)
                (modesWeighted / scale * root).DetachFromDisposeScope(), // (k, N)
                eigenvalues.DetachFromDisposeScope(),
                // What is filled has no residual.
                Math.Max(total - eigenvalues.sum().item<float>(), 1e-6 * total) / cells / known);
        }

        // (N, p) → (N, p); and how far the mean is from that of the fields as they are filled, (N).
        Tensor CovarianceTimes(Tensor basis, out Tensor moved)
        {
            var product = zeros(cells, width); // (N, p)
            moved = zeros(cells); // (N)
            total = 0;
            foreach (var (fieldsOfBatch, weights) in Read())
            {
                var filled = expected is null ? fieldsOfBatch : expected.Filled(fieldsOfBatch, weights); // (B, N)
                var x = (filled - mean) * root; // (B, N)
                total += x.square().sum(type: float64).item<double>() / count;
                product.addmm_(x.transpose(0, 1), x.matmul(basis)); // (N, p)
                if (known < 1)
                {
                    moved.add_((filled - mean).sum([0]) / count);
                }
            }

            return product.div_(count);
        }

        // Those with a value, (B, N), and their weights, (B, N) or (1, N); both go with the next.
        IEnumerable<(Tensor Fields, Tensor Weights)> Read()
        {
            foreach (var batch in batches.ReadAll())
            {
                using var inner = NewDisposeScope();
                using var owned = batch;
                cancellation.ThrowIfCancellationRequested();
                var (x, weights) = (batch.Fields.flatten(1), batch.Weights.flatten(1)); // (B, N), (B or 1, N)
                if (!batch.IsComplete)
                {
                    var some = weights.ne(0).any(1).nonzero().flatten(); // (b)
                    (x, weights) = some.shape[0] == x.shape[0] ? (x, weights) : (x.index_select(0, some), weights.index_select(0, some));
                }

                yield return (x, weights);
            }
        }
    }

    /// <summary>Fields with their gaps filled, as these EOFs expect.</summary>
    /// <param name="x">(B, N), normalised.</param>
    /// <param name="weights">(B, N) or (1, N): 0 where there is no value.</param>
    /// <returns>(B, N)</returns>
    public Tensor Filled(Tensor x, Tensor weights) => GapFilling.Fill(x, weights, Mean, Patterns, ResidualVariance);

    /// <summary>A basis from its parts, as a network's linear path holds them.</summary>
    /// <param name="mean">(N)</param>
    /// <param name="patterns">(k, N)</param>
    /// <param name="projection">(k, N)</param>
    /// <param name="grid">H × W.</param>
    /// <param name="residualVariance"><see cref="ResidualVariance"/></param>
    internal static EofBasis From(Tensor mean, Tensor patterns, Tensor projection, Grid grid, double residualVariance)
    {
        using var scope = NewDisposeScope();
        var weights = tensor(grid.AreaWeights()).repeat(mean.shape[0] / grid.Cells); // (N)
        return new EofBasis(
            mean.clone().DetachFromDisposeScope(),
            patterns.clone().DetachFromDisposeScope(),
            projection.clone().DetachFromDisposeScope(),
            (weights * patterns.square()).sum(1).DetachFromDisposeScope(), // (k)
            residualVariance);
    }

    public void Dispose()
    {
        Mean.Dispose();
        Patterns.Dispose();
        Projection.Dispose();
        Eigenvalues.Dispose();
    }
}
