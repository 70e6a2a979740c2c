using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Model;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>
/// D(z) + r for the most probable state and each member. A member's r is its draw, conditioned on its departures
/// (Matheron's rule; Journel and Huijbregts 1978): r + C_r Hᵀ R⁻¹ (y − ε − H r − H D(z)). The generated fields come first, a
/// few members at a time; then the residuals, a few cells of all members at a time, with mean and spread.
/// </summary>
/// <param name="MostProbable">(N)</param>
/// <param name="Members">M of (N).</param>
/// <param name="Mean">Of the members, or the most probable field if there are none, (N).</param>
/// <param name="Spread">(N), NaN where there are no members.</param>
internal sealed record EnsembleFields(float[] MostProbable, IMemberFields Members, float[] Mean, float[] Spread)
{
    /// <param name="model">At the time of the observations.</param>
    /// <param name="problem">With R of the observations that are believed.</param>
    /// <param name="residual">At the same observations.</param>
    /// <param name="best">The state that all fields are about.</param>
    /// <param name="members">Null: the most probable state alone.</param>
    /// <param name="fields">Takes the members' fields.</param>
    /// <param name="chunkSize">States to decode together, where so many fit.</param>
    /// <param name="cancellation">Checked before each part.</param>
    public static EnsembleFields Of(GenerativeModel model, LatentProblem problem, ResidualCovariance residual, MostProbableState best, PerturbedMembers? members, IMemberFields fields, int chunkSize, CancellationToken cancellation) =>
        Of(model, problem, residual, best.Z, members, null, fields, chunkSize, cancellation);

    /// <summary>The same where the patterns' amplitudes are states that have been searched for, and R is of what the patterns leave.</summary>
    /// <param name="model">At the time of the observations.</param>
    /// <param name="problem">With R of the observations that are believed; null where nothing is observed.</param>
    /// <param name="residual">At the same observations.</param>
    /// <param name="best">The state that all fields are about, (1, k).</param>
    /// <param name="members">Null: the most probable state alone.</param>
    /// <param name="amplitudes">Of the patterns, of the most probable state and of the members, (1 + M, m); null: what the departures make them.</param>
    /// <param name="fields">Takes the members' fields.</param>
    /// <param name="chunkSize">States to decode together, where so many fit.</param>
    /// <param name="cancellation">Checked before each part.</param>
    public static EnsembleFields Of(GenerativeModel model, LatentProblem? problem, ResidualCovariance residual, Tensor best, PerturbedMembers? members, Tensor? amplitudes, IMemberFields fields, int chunkSize, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var z = members is null ? best : cat([best, members.Z]); // (1 + M, k)
        var (m, n) = ((int)z.shape[0] - 1, model.FieldLength);
        var (mostProbable, mean, spread) = (new float[n], new float[n], new float[n]);
        var together = model.StatesTogether(chunkSize);
        var buffer = new float[n];
        var equivalents = new List<Tensor>();
        for (var first = 0; first <= m; first += together)
        {
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(together, m + 1 - first);
            var onDevice = model.Decode(z.narrow(0, first, count).to(float32).to(model.Device)); // (s, N)
            if (problem is not null)
            {
                equivalents.Add(problem.Observe(onDevice).MoveToOuterDisposeScope()); // (s, n)
            }

            var generated = onDevice.cpu(); // (s, N)
            for (var i = first; i < first + count; i++)
            {
                generated[i - first].data<float>().CopyTo(i == 0 ? mostProbable : buffer, 0);
                if (i > 0)
                {
                    fields.Write(i - 1, 0, buffer);
                }
            }
        }

        var weights = problem is null ? zeros([m + 1, 0], float64) : problem.R.Solve(Departures(problem)); // (1 + M, n)
        model.GiveMemoryBack();
        foreach (var part in residual.Parts())
        {
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var (at, c) = (part.At, part.Count);
            Array.Resize(ref buffer, (m + 1) * c);
            mostProbable.AsSpan(at, c).CopyTo(buffer);
            for (var i = 0; i < m; i++)
            {
                fields.Read(i, at, buffer.AsSpan((i + 1) * c, c));
            }

            var here = residual.ToCells(weights, part, amplitudes).add_(tensor(buffer, [m + 1, c])); // (1 + M, c)
            if (members is not null)
            {
                here.narrow(0, 1, m).add_(residual.AtCells(members.Residuals, part)); // (M, c)
            }

            here.masked_fill_(tensor(Array.ConvertAll(model.Prior.GeneratorError[at..(at + c)], e => !float.IsFinite(e))), float.NaN);
            var ensemble = here.narrow(0, Math.Min(1, m), Math.Max(m, 1)); // (M, c), or the most probable alone
            Values(ensemble.mean([0])).CopyTo(mean, at);
            if (m == 0)
            {
                spread.AsSpan(at, c).Fill(float.NaN);
            }
            else
            {
                Values(ensemble.std(0)).CopyTo(spread, at);
            }

            here.flatten().data<float>().CopyTo(buffer, 0);
            buffer.AsSpan(0, c).CopyTo(mostProbable.AsSpan(at));
            for (var i = 0; i < m; i++)
            {
                fields.Write(i, at, buffer.AsSpan((i + 1) * c, c));
            }
        }

        return new EnsembleFields(mostProbable, fields, mean, spread);

        Tensor Departures(LatentProblem of)
        {
            var observed = members is null ? of.Observations : cat([of.Observations, members.Observations]); // (1 + M, n)
            var departures = observed - cat(equivalents); // (1 + M, n)
            return amplitudes is null ? departures : departures - residual.AtPlaces(amplitudes); // (1 + M, n)
        }
    }

    private static float[] Values(Tensor field) => field.contiguous().data<float>().ToArray();
}
