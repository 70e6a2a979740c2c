namespace VaeDa.Cli.Help;

/// <summary>What a misspelt word was meant to be.</summary>
internal static class Suggestion
{
    /// <summary>The nearest of some words.</summary>
    /// <param name="typed">The word.</param>
    /// <param name="known">Those that there are.</param>
    /// <returns>Null where none is near: more than a third of the letters differ.</returns>
    public static string? For(string typed, IEnumerable<string> known)
    {
        var (distance, nearest) = known.Select(word => (Distance(typed, word), word)).DefaultIfEmpty((int.MaxValue, string.Empty)).Min();
        return distance <= Math.Max(1, typed.TrimStart('-').Length / 3) ? nearest : null;
    }

    /// <summary>Letters to change, add, leave out or swap with the next (the optimal string alignment distance).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
