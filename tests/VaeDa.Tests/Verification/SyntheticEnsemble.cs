using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification;

/// <summary>Truth and members drawn cell by cell from distributions about a signal of which an analysis knows nothing.</summary>
internal static class SyntheticEnsemble
{
    /// <param name="size">N cells.</param>
    /// <param name="spread">Of the members by cell; the truth has standard deviation 1 about the same centre.</param>
    /// <param name="truthDeviation">By cell; null: 1.</param>
    /// <param name="copies">Neighbouring cells that are copies of each other.</param>
    public static EnsembleAgainstTruth Draw(Random random, int size, int members, Func<int, double> spread, Func<int, double>? truthDeviation = null, int copies = 1)
    {
        var truth = new float[size];
        var fields = Enumerable.Range(0, members).Select(_ => new float[size]).ToArray();
        for (var x = 0; x < size; x++)
        {
            if (x % copies != 0)
            {
                truth[x] = truth[x - 1];
                Array.ForEach(fields, field => field[x] = field[x - 1]);
                continue;
            }

            var centre = 5 * SyntheticFields.Normal(random);
            truth[x] = (float)(centre + (truthDeviation?.Invoke(x) ?? 1) * SyntheticFields.Normal(random));
            Array.ForEach(fields, field => field[x] = (float)(centre + spread(x) * SyntheticFields.Normal(random)));
        }

        return new EnsembleAgainstTruth(truth, new float[size], fields);
    }

    public static float[] Ones(int size) => [.. Enumerable.Repeat(1f, size)];
}
