using VaeDa.Assimilation.Residual;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>
/// Random fields of a generative model, as it takes them to be before any observation: x = D(z) + r, z ~ N(μ, B) with the
/// prior measured on encoded fields, r ~ N(0, C_r) the residual that the latent cannot carry. Where these have a season, each
/// field is of a time of its own, drawn from the year; a model that is at a time has none, and all fields are of that time.
/// </summary>
/// <param name="model">The model whose fields are drawn; it is not disposed here.</param>
/// <param name="withResidual">Whether the residual r is added; without it the fields are D(z) alone, which is smoother than weather.</param>
public sealed class PriorSampler(GenerativeModel model, bool withResidual = true)
{
    // Each chunk has its own wave vectors of the residual: more of them, and so a better C_r, than one draw of all.
    private const int Chunk = 32;

    /// <summary>Draws random fields, each independent of the others, as anomalies.</summary>
    /// <param name="count">The number of fields.</param>
    /// <param name="generator">The source of the random numbers: from the same seed come the same fields. It is not disposed here.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The fields, in parts of (b, N) with N = V·H·W, in the units of the variables and NaN where the model has no value. Each part
    /// is drawn when it is asked for; the caller disposes it.
    /// </returns>
    public IEnumerable<Tensor> Draw(int count, Generator generator, CancellationToken cancellation = default)
    {
        var noise = NoiseOf(generator);
        var chunk = model.Prior.IsSeasonal ? 1 : Chunk;
        for (var first = 0; first < count; first += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            var own = noise.For((ulong)first);
            using var then = model.Prior.IsSeasonal ? model.At(TimeOfYear(own)) : null;
            yield return DrawChunk(then ?? model, Math.Min(chunk, count - first), own);
        }
    }

    // Each field by its number, however many are drawn together.
    private static Noise NoiseOf(Generator generator)
    {
        using var key = randint(long.MaxValue, 1, int64, generator: generator); // (1)
        return new Noise((ulong)key.item<long>());
    }

    private static DateTime TimeOfYear(Noise noise) => new DateTime(2001, 1, 1).AddDays(365 * noise.For(DrawOf.TimeOfYear).Uniform);

    private Tensor DrawChunk(GenerativeModel model, int count, Noise noise)
    {
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var prior = model.Prior;
        var z = prior.LatentMean + prior.LatentVariance.sqrt() * noise.For(DrawOf.Latents).Normal(count, model.LatentSize).to(float32); // (b, k)
        var fields = model.Decode(z.to(model.Device)).cpu(); // (b, N)
        if (withResidual)
        {
            using var residual = new ResidualCovariance(prior.ResidualCorrelation, model.Grid, prior.RemainderError(), [], [], Patterns(prior));
            fields.add_(residual.Draw(count, noise).AtCells); // (b, N)
        }

        var missing = tensor(Array.ConvertAll(prior.GeneratorError, e => !float.IsFinite(e))); // (N)
        return fields.masked_fill_(missing, float.NaN).MoveToOuterDisposeScope();
    }

    private static (ResidualPatterns AtCells, Tensor AtPlaces)? Patterns(PriorStatistics prior) => prior.ResidualPatterns.Count == 0
        ? null
        : (prior.ResidualPatterns, zeros([prior.ResidualPatterns.Count, 0], float64)); // (m, N), (m, 0)
}
