namespace VaeDa;

/// <summary>The mixing of SplitMix64 (Steele, Lea and Flood 2014): numbers that differ in a bit become numbers that share nothing.</summary>
internal static class SplitMix64
{
    /// <summary>2⁶⁴ over the golden ratio, odd: steps of it visit every number.</summary>
    public const ulong Step = 0x9e3779b97f4a7c15;

    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
