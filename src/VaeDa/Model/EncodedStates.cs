using VaeDa.Archives;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Model.Linear;
using VaeDa.Model.Memory;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// Fields as states of a model, in the coordinates of <see cref="StateMemory"/> at each field's time: the latents that the encoder finds, and the
/// amplitudes of the residual's patterns that are most probable given what the latents leave, x − β D(z) = Pᵀ a + e, with a ~ N(0, I)
/// and e as large as the remainder at each place.
/// </summary>
internal sealed class EncodedStates : IDisposable
{
    private const int FieldsTogether = 64;

    // Of the area that the fullest field has values on: the latents of emptier fields are more the prior's than the field's.
    private const double FullEnough = 0.5;

    // Of the error in all: where the patterns have all of it, one place would count more than all others.
    private const double LeastRemainder = 0.1;

    private readonly Tensor _products; // of the remainder with that of the field before, and with itself, (T, 2)

    private EncodedStates(Tensor values, Tensor products, IReadOnlyList<int> indices, IReadOnlyList<DateTime> times) => (Values, _products, Indices, Times) = (values, products, indices, times);

    /// <summary>s, (T, d), double precision, on the CPU; this object's own.</summary>
    public Tensor Values { get; }

    /// <summary>The numbers of the fields that are full enough, (T).</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>The times of these, (T).</summary>
    public IReadOnlyList<DateTime> Times { get; }

    /// <param name="model">Of the whole year, with its encoder; not disposed here.</param>
    /// <param name="fields">In the order of time; those with values on less than half the area of the fullest are left out.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    public static EncodedStates Of(GenerativeModel model, IFieldSet fields, CancellationToken cancellation = default)
    {
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var amplitudes = new Amplitudes(model);
        var (rows, products, area) = (new List<Tensor>(), new List<Tensor>(), new List<float>());
        var before = zeros(1, model.FieldLength); // (1, N), the remainder of the field before a batch
        foreach (var batch in new FieldBatches(fields, model.Normalisation, FieldsTogether, model.Device).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            pause.Renew();
            DateTime[] times = [.. Enumerable.Range(area.Count, (int)batch.Fields.shape[0]).Select(fields.TimeOf)];
            var (states, remainder) = Encode(model, batch, times, amplitudes); // (B, d), (B, N)
            rows.Add(states.MoveToOuterDisposeScope());
            var earlier = cat([before, remainder.narrow(0, 0, times.Length - 1)]); // (B, N)
            products.Add(stack([(earlier * remainder).sum(1), earlier.square().sum(1)], 1).to(float64).MoveToOuterDisposeScope()); // (B, 2)
            before = remainder.narrow(0, times.Length - 1, 1).clone().MoveToOuterDisposeScope();
            area.AddRange(batch.Weights.flatten(1).mean([1]).expand(batch.Fields.shape[0]).contiguous().cpu().data<float>());
        }

        var least = FullEnough * area.DefaultIfEmpty().Max();
        int[] full = [.. Enumerable.Range(0, area.Count).Where(t => area[t] > 0 && area[t] >= least)];
        var d = model.LatentSize + model.Prior.ResidualPatterns.Count;
        var values = full.Length == 0 ? zeros([0, d], float64) : cat(rows).index_select(0, tensor(Array.ConvertAll(full, t => (long)t))); // (T, d)
        var remainders = full.Length == 0 ? zeros([0, 2], float64) : cat(products).index_select(0, tensor(Array.ConvertAll(full, t => (long)t))); // (T, 2)
        return new EncodedStates(values.DetachFromDisposeScope(), remainders.DetachFromDisposeScope(), full, Array.ConvertAll(full, fields.TimeOf));
    }

    /// <summary>States one step apart; across gaps in time there are none.</summary>
    /// <returns>The earlier and the later ones, (P, d) each; the caller's own.</returns>
    public (Tensor First, Tensor Second) Pairs(TimeStep step)
    {
        long[] first = [.. Enumerable.Range(0, Math.Max(0, Times.Count - 1)).Where(t => step.Between(Times[t], Times[t + 1]) == 1).Select(t => (long)t)];
        return first.Length == 0
            ? (zeros([0, Values.shape[1]], float64), zeros([0, Values.shape[1]], float64))
            : (Values.index_select(0, tensor(first)), Values.index_select(0, tensor(Array.ConvertAll(first, t => t + 1))));
    }

    /// <summary>Three states in a row, one step apart; across gaps in time there are none.</summary>
    /// <returns>(3, P, d); the caller's own.</returns>
    public Tensor Triples(TimeStep step)
    {
        using var scope = NewDisposeScope();
        long[] first = [.. Enumerable.Range(0, Math.Max(0, Times.Count - 2)).Where(t => step.Between(Times[t], Times[t + 1]) == 1 && step.Between(Times[t + 1], Times[t + 2]) == 1).Select(t => (long)t)];
        return first.Length == 0
            ? zeros([3, 0, Values.shape[1]], float64).MoveToOuterDisposeScope()
            : stack([.. Enumerable.Range(0, 3).Select(n => Values.index_select(0, tensor(Array.ConvertAll(first, t => t + n))))]).MoveToOuterDisposeScope(); // (3, P, d)
    }

    /// <summary>The correlation from one step to the next of what the patterns leave, over all places; 0 where no two fields are one step apart.</summary>
    public double RemainderCorrelation(TimeStep step)
    {
        using var scope = NewDisposeScope();
        long[] later = [.. Enumerable.Range(1, Math.Max(0, Times.Count - 1)).Where(t => Indices[t] == Indices[t - 1] + 1 && step.Between(Times[t - 1], Times[t]) == 1).Select(t => (long)t)];
        if (later.Length == 0)
        {
            return 0;
        }

        var sums = _products.index_select(0, tensor(later)).sum([0]); // (2)
        return Math.Max(0, (sums[0] / sums[1]).item<double>());
    }

    public void Dispose()
    {
        Values.Dispose();
        _products.Dispose();
    }

    /// <returns>States, (B, d), and what the patterns leave, over its standard deviation, (B, N), 0 where there is no value.</returns>
    private static (Tensor States, Tensor Remainder) Encode(GenerativeModel model, FieldBatch batch, DateTime[] times, Amplitudes amplitudes)
    {
        using var scope = NewDisposeScope();
        var (autoencoder, normalisation) = (model.Autoencoder, model.Normalisation);
        var z = autoencoder.Encode(autoencoder.Filled(batch)).Mean; // (B, k)
        var scale = tensor(normalisation.Scale.Select(s => (float)s).ToArray(), device: model.Device).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        var offset = tensor(normalisation.Offset.Select(o => (float)o).ToArray(), device: model.Device).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        var fields = ((batch.Fields - offset) * scale).flatten(1).cpu(); // (B, N)
        var generated = model.Decode(z).cpu(); // (B, N)
        var present = (batch.Weights != 0).expand_as(batch.Fields).flatten(1).cpu(); // (B, N)
        z = z.cpu().to(float64);
        var latents = new List<Tensor>();
        for (var b = 0; b < times.Length; b++)
        {
            var (prior, factor, regression) = model.Prior.At(times[b]);
            using var owned = prior;
            var distance = z[b] - model.Prior.LatentMean.to(float64); // (k)
            latents.Add(factor is null
                ? distance / prior.LatentVariance.to(float64).sqrt() // (k)
                : linalg.solve(factor, distance)); // (k)
            if (regression is not null)
            {
                generated[b].mul_(tensor(regression));
            }

            if (model.Prior.ErrorSeason.Changes)
            {
                // Patterns and remainder change together: so do the fields that belong to given amplitudes.
                var deviation = tensor(model.Prior.ErrorSeason.DeviationAt(times[b])); // (N)
                fields[b].div_(deviation);
                generated[b].div_(deviation);
            }
        }

        var (a, remainder) = amplitudes.Of(fields - generated, present); // (B, m), (B, N)
        return (cat([stack(latents), a], 1).MoveToOuterDisposeScope(), remainder.MoveToOuterDisposeScope()); // (B, d)
    }

    /// <summary>E[a | residual] = (P W Pᵀ + I)⁻¹ P W r, W one over the remainder's variance where there is a value.</summary>
    private sealed class Amplitudes : IDisposable
    {
        private readonly Tensor _precision; // 1 / deviation of the remainder, (N); 0 where the error is not known
        private readonly Tensor _patterns; // P over that deviation, (m, N)
        private readonly Tensor _factor; // Cholesky factor of P W Pᵀ + I with all values, (m, m)

        public Amplitudes(GenerativeModel model)
        {
            using var scope = NewDisposeScope();
            var error = tensor(model.Prior.GeneratorError); // (N)
            var remainder = tensor(model.Prior.RemainderError()).maximum(LeastRemainder * error); // (N)
            _precision = (1 / remainder).nan_to_num(0, 0, 0).DetachFromDisposeScope(); // (N)
            _patterns = (model.Prior.ResidualPatterns.Whole().nan_to_num(0) * _precision).DetachFromDisposeScope(); // (m, N)
            _factor = linalg.cholesky(_patterns.matmul(_patterns.transpose(0, 1)).to(float64) + eye(_patterns.shape[0], dtype: float64)).DetachFromDisposeScope(); // (m, m)
        }

        /// <param name="residuals">Of the mean season, (B, N), in the units of the variables.</param>
        /// <param name="present">(B, N)</param>
        /// <returns>(B, m), and what they leave, over its standard deviation, (B, N).</returns>
        public (Tensor Amplitudes, Tensor Remainder) Of(Tensor residuals, Tensor present)
        {
            using var scope = NewDisposeScope();
            var known = present & _precision.ne(0); // (B, N)
            var standardised = residuals * _precision * known; // (B, N)
            if (_patterns.shape[0] == 0)
            {
                return (zeros([residuals.shape[0], 0], float64).MoveToOuterDisposeScope(), standardised.MoveToOuterDisposeScope());
            }

            var whole = known.eq(_precision.ne(0)).all(1); // (B)
            var right = standardised.matmul(_patterns.transpose(0, 1)).to(float64); // (B, m)
            var amplitudes = right.transpose(0, 1).cholesky_solve(_factor).transpose(0, 1).contiguous(); // (B, m)
            var gaps = whole.logical_not().nonzero().flatten(); // (b)
            if (gaps.shape[0] > 0)
            {
                amplitudes.index_copy_(0, gaps, GapFilling.Expected(standardised.index_select(0, gaps), known.index_select(0, gaps).to(float32), _patterns, 1).to(float64));
            }

            var remainder = (standardised - amplitudes.to(float32).matmul(_patterns)) * known; // (B, N)
            return (amplitudes.MoveToOuterDisposeScope(), remainder.MoveToOuterDisposeScope());
        }

        public void Dispose()
        {
            _precision.Dispose();
            _patterns.Dispose();
            _factor.Dispose();
        }
    }
}
