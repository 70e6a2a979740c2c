namespace VaeDa.Observations.Networks;

internal static class Gaussian
{
    /// <summary>
    /// A draw from N(0, 1) by Box and Muller's method. Seeded <see cref="Random"/> gives the same numbers on every platform
    /// and version, and so does this, to the rounding of the logarithm.
    /// </summary>
    public static double NextGaussian(this Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
