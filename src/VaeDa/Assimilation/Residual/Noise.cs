using static TorchSharp.torch;

namespace VaeDa.Assimilation.Residual;

/// <summary>
/// The random numbers of an ensemble: each follows from the seed, the time of the analysis, what it is for, the member, and its
/// place in the member, and from nothing else. So members of times that are analysed each by itself are independent of each other, and a member is the same
/// however many others there are, in whatever order its numbers are asked for.
/// </summary>
/// <param name="Key">All that is settled so far, mixed.</param>
internal readonly record struct Noise(ulong Key)
{
    /// <param name="seed">The user's.</param>
    /// <param name="time">Of the analysis, UTC; null where it has none, which is a time like another.</param>
    public static Noise Of(long seed, DateTime? time = null) => new Noise((ulong)seed).For((ulong)(time?.Ticks ?? -1));

    public Noise For(DrawOf purpose) => For((ulong)purpose);

    /// <summary>The numbers of a part: a member, a variable, an observation.</summary>
    public Noise For(ulong part) => new(SplitMix64.Mix(Key ^ SplitMix64.Mix(part + SplitMix64.Step)));

    /// <summary>A number of 0…1.</summary>
    public double Uniform => (SplitMix64.Mix(Key + SplitMix64.Step) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normal numbers, a row for each member.</summary>
    /// <param name="members">M.</param>
    /// <param name="count">c.</param>
    /// <param name="first">Where in each member's row they begin; even.</param>
    /// <returns>(M, c), double precision.</returns>
    public Tensor Normal(int members, long count, int first = 0)
    {
        var values = new double[members * count];
        for (var m = 0; m < members; m++)
        {
            For((ulong)m).Fill(values.AsSpan((int)(m * count), (int)count), first);
        }

        return tensor(values, [members, count]);
    }

    /// <summary>Normal numbers that follow from what they are of, in whatever order that stands.</summary>
    /// <param name="members">M.</param>
    /// <param name="of">A key of each, n different ones.</param>
    /// <returns>(M, n), double precision.</returns>
    public Tensor Normal(int members, ulong[] of)
    {
        var values = new double[members * of.Length];
        for (var i = 0; i < values.Length; i++)
        {
            For((ulong)(i / of.Length)).For(of[i % of.Length]).Fill(values.AsSpan(i, 1), 0);
        }

        return tensor(values, [members, of.Length]);
    }

    // Box and Muller: two from two.
    private void Fill(Span<double> values, int first)
    {
        for (var i = 0; i < values.Length; i += 2)
        {
            var at = Key + (ulong)(first + i) * SplitMix64.Step;
            var radius = Math.Sqrt(-2 * Math.Log(1 - new Noise(at).Uniform));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * new Noise(at + SplitMix64.Step).Uniform);
            values[i] = radius * cosine;
            if (i + 1 < values.Length)
            {
                values[i + 1] = radius * sine;
            }
        }
    }
}
