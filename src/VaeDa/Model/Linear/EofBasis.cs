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

    /// <param name="fields">The fields, T of them; missing values count as the normalised zero anomaly.</param>
    /// <param name="normalisation">Applied before anything else.</param>
    /// <param name="modes">k.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <exception cref="InvalidInputException">There are fewer fields or cells than modes.</exception>
    public static EofBasis Of(IFieldSet fields, Normalisation normalisation, int modes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (modes >= Math.Min(fields.Count, fields.FieldLength()))
        {
            throw new InvalidInputException($"{modes} EOFs need more than {modes} training fields; there are {fields.Count} (of {fields.FieldLength()} cells): choose a smaller latent size");
        }

        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(20110217);
        long cells = fields.FieldLength();
        var width = (int)Math.Min(modes + Oversampling, Math.Min(fields.Count, cells));
        var batches = new FieldBatches(fields, normalisation, 256, CPU);
        var root = tensor(fields.Grid.AreaWeights()).sqrt().repeat(fields.Variables.Count); // (N), √weight

        var mean = zeros(cells, float64); // (N)
        foreach (var batch in batches.ReadAll())
        {
            using var inner = NewDisposeScope();
            using var owned = batch;
            cancellation.ThrowIfCancellationRequested();
            mean.add_(batch.Fields.flatten(1).sum(0, type: float64));
        }

        mean = mean.div(fields.Count).to(float32); // (N)
        var (total, q) = (0.0, linalg.qr(randn(cells, width, generator: generator)).Q); // (N, p)
        for (var i = 0; i < Iterations; i++)
        {
            q = linalg.qr(CovarianceTimes(q)).Q; // (N, p)
        }

        // Rayleigh–Ritz on the last subspace.
        var (values, vectors) = linalg.eigh(q.transpose(0, 1).matmul(CovarianceTimes(q))); // (p), (p, p), ascending
        var eigenvalues = values.flip(0).narrow(0, 0, modes).clamp_min(1e-12); // (k)
        var modesWeighted = q.matmul(vectors.flip(1).narrow(1, 0, modes)).transpose(0, 1); // (k, N), orthonormal
        var scale = eigenvalues.sqrt().unsqueeze(1); // (k, 1)
        return new EofBasis(
            mean.DetachFromDisposeScope(),
            (modesWeighted * scale / root.clamp_min(1e-6)).DetachFromDisposeScope(), // (k, N)
            (modesWeighted / scale * root).DetachFromDisposeScope(), // (k, N)
            eigenvalues.DetachFromDisposeScope(),
            Math.Max(total - eigenvalues.sum().item<float>(), 1e-6 * total) / cells);

        Tensor CovarianceTimes(Tensor basis) // (N, p) → (N, p)
        {
            var product = zeros(cells, width); // (N, p)
            total = 0;
            foreach (var batch in batches.ReadAll())
            {
                using var inner = NewDisposeScope();
                using var owned = batch;
                cancellation.ThrowIfCancellationRequested();
                var x = (batch.Fields.flatten(1) - mean) * root; // (B, N)
                total += x.square().sum(type: float64).item<double>() / fields.Count;
                product.addmm_(x.transpose(0, 1), x.matmul(basis)); // (N, p)
            }

            return product.div_(fields.Count);
        }
    }

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
