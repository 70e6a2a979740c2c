namespace VaeDa.Training;

/// <summary>
/// Seeds that depend on the place in the run alone, so that a run resumed at a step draws what the uninterrupted run drew
/// there and no generator's state needs to be kept.
/// </summary>
internal static class StepSeed
{
    /// <summary>Splitmix64's finaliser over the three numbers (Steele, Lea and Flood 2014).</summary>
    public static ulong Of(long seed, int epoch, int step)
    {
        var x = (ulong)seed * 0x9e3779b97f4a7c15 + ((ulong)(uint)epoch << 32) + (uint)step;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
