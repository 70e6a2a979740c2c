using VaeDa.Archives.Batches;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Conversion;

/// <summary>
/// Linear regression on the leading EOFs of a source field, y = c + Wᵀ P (s − s̄), by ridge regression on their amplitudes
/// (Hoerl and Kennard 1970, Technometrics 12, 55). One pass over the fields; the ridge is the one with the least error on
/// fields held out.
/// </summary>
internal sealed class SourceRegression : IDisposable
{
    /// <summary>Of the variance of an amplitude, 1: from next to none to as much as there is.</summary>
    internal static readonly IReadOnlyList<double> Ridges = [1e-6, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1];

    private readonly Tensor _mean; // s̄, (N')
    private readonly Tensor _projection; // P, (q, N')
    private readonly Tensor _coefficients; // W, (q, n)
    private readonly Tensor _intercept; // c, (n)

    private SourceRegression(Tensor mean, Tensor projection, Tensor coefficients, Tensor intercept) =>
        (_mean, _projection, _coefficients, _intercept) = (mean.DetachFromDisposeScope(), projection.DetachFromDisposeScope(), coefficients.DetachFromDisposeScope(), intercept.DetachFromDisposeScope());

    /// <summary>Variance of what it leaves of each output on the fields held out, (n).</summary>
    public IReadOnlyList<float> HeldOutVariance { get; private init; } = [];

    /// <summary>Tensors by name, as a file keeps them.</summary>
    internal IReadOnlyList<(string Name, Tensor Values)> Parts => [("mean", _mean), ("projection", _projection), ("coefficients", _coefficients), ("intercept", _intercept)];

    /// <param name="training">Learnt from.</param>
    /// <param name="heldOut">Choose the ridge.</param>
    /// <param name="eofs">Of the source's training fields.</param>
    /// <param name="modes">q, as many of them as are used.</param>
    /// <param name="ridges">Candidates.</param>
    /// <param name="outputs">y of a batch, (B, n).</param>
    /// <param name="cancellation">Looked at between batches.</param>
    public static SourceRegression Fit(FieldBatches training, FieldBatches heldOut, EofBasis eofs, int modes, IReadOnlyList<double> ridges, Func<FieldBatch, Tensor> outputs, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(eofs);
        ArgumentNullException.ThrowIfNull(ridges);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var projection = eofs.Projection.narrow(0, 0, modes); // (q, N')
        var (learnt, other) = (Moments.Of(training, eofs.Mean, projection, outputs, cancellation), Moments.Of(heldOut, eofs.Mean, projection, outputs, cancellation));
        var best = ridges.Select(ridge => learnt.Solve(ridge)).Select(map => (Map: map, Left: other.ErrorOf(map))).MinBy(c => c.Left.sum().item<double>());
        return new SourceRegression(eofs.Mean.clone(), projection.clone(), best.Map.Coefficients.to(float32), best.Map.Intercept.to(float32))
        {
            HeldOutVariance = best.Left.to(float32).data<float>().ToArray(),
        };
    }

    internal static SourceRegression From(Func<string, Tensor> part) => new(part("mean"), part("projection"), part("coefficients"), part("intercept"));

    /// <param name="source">(B, V', H', W') or (B, N'), normalised.</param>
    /// <returns>(B, n)</returns>
    public Tensor Apply(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var scope = NewDisposeScope();
        var amplitudes = (source.flatten(1).cpu() - _mean).matmul(_projection.transpose(0, 1)); // (B, q)
        return (_intercept + amplitudes.matmul(_coefficients)).MoveToOuterDisposeScope(); // (B, n)
    }

    /// <summary>The same map without the detour over EOFs: weight (n, N') and bias (n).</summary>
    public (Tensor Weight, Tensor Bias) AsLinear()
    {
        using var scope = NewDisposeScope();
        var weight = _coefficients.transpose(0, 1).matmul(_projection); // (n, N')
        return (weight.MoveToOuterDisposeScope(), (_intercept - weight.matmul(_mean)).MoveToOuterDisposeScope()); // (n)
    }

    public void Dispose()
    {
        foreach (var (_, values) in Parts)
        {
            values.Dispose();
        }
    }

    private sealed record Map(Tensor Coefficients, Tensor Intercept);

    /// <summary>Sums over T pairs of amplitudes a (q) and outputs y (n), double precision.</summary>
    private sealed record Moments(double T, Tensor A, Tensor Y, Tensor Aa, Tensor Ay, Tensor Yy)
    {
        public static Moments Of(FieldBatches batches, Tensor mean, Tensor projection, Func<FieldBatch, Tensor> outputs, CancellationToken cancellation)
        {
            Moments? sums = null;
            foreach (var batch in batches.ReadAll())
            {
                using var owned = batch;
                using var inner = NewDisposeScope();
                cancellation.ThrowIfCancellationRequested();
                var a = (batch.Inputs.flatten(1).cpu() - mean).matmul(projection.transpose(0, 1)).to(float64); // (B, q)
                var y = outputs(batch).cpu().to(float64); // (B, n)
                var part = new Moments(a.shape[0], a.sum([0]), y.sum([0]), a.transpose(0, 1).matmul(a), a.transpose(0, 1).matmul(y), y.square().sum([0]));
                sums = sums is null ? part.Kept() : sums.Plus(part);
            }

            return sums ?? throw new InvalidInputException("there is no pair of fields to learn from");
        }

        public Map Solve(double ridge)
        {
            var (a, y) = (A / T, Y / T); // (q), (n)
            var covariance = Aa / T - a.unsqueeze(1) * a + ridge * eye(a.shape[0], dtype: float64); // (q, q)
            var coefficients = linalg.solve(covariance, Ay / T - a.unsqueeze(1) * y); // (q, n)
            return new Map(coefficients, y - a.matmul(coefficients));
        }

        private Moments Kept()
        {
            foreach (var sum in (Tensor[])[A, Y, Aa, Ay, Yy])
            {
                sum.MoveToOuterDisposeScope();
            }

            return this;
        }

        private Moments Plus(Moments other)
        {
            A.add_(other.A);
            Y.add_(other.Y);
            Aa.add_(other.Aa);
            Ay.add_(other.Ay);
            Yy.add_(other.Yy);
            return this with { T = T + other.T };
        }

        /// <summary>Mean squared error of each output, (n).</summary>
        public Tensor ErrorOf(Map map)
        {
            var (w, c) = (map.Coefficients, map.Intercept); // (q, n), (n)
            return ((Yy - 2 * (w * Ay).sum([0]) + (w * Aa.matmul(w)).sum([0]) + 2 * c * (A.matmul(w) - Y)) / T + c.square()).clamp_min(1e-12); // (n)
        }
    }
}
