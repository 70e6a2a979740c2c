namespace VaeDa.Training;

/// <summary>
/// Seeds that depend on the place in the run alone, so that a run resumed at a step draws what the uninterrupted run drew
/// there and no generator's state needs to be kept.
/// </summary>
internal static class StepSeed
{
    public static ulong Of(long seed, int epoch, int step) =>
        SplitMix64.Mix((ulong)seed * SplitMix64.Step + ((ulong)(uint)epoch << 32) + (uint)step);
}
