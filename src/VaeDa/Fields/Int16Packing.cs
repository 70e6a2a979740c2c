namespace VaeDa.Fields;

/// <summary>A range laid over the int16 codes −32767…32767; −32768 stands for missing.</summary>
/// <param name="ScaleFactor">Step between neighbouring codes.</param>
/// <param name="AddOffset">Value of code 0.</param>
internal sealed record Int16Packing(double ScaleFactor, double AddOffset)
{
    public const short FillValue = short.MinValue;
    private const double Steps = 2.0 * short.MaxValue;

    /// <param name="low">Smallest value that must fit; a NaN range is one without values.</param>
    /// <param name="high">Largest value that must fit.</param>
    public static Int16Packing Over(double low, double high)
    {
        if (!(high >= low))
        {
            return new Int16Packing(1, 0);
        }

        // A hair wider, so that rounding never takes an end past the last code.
        var step = (high - low) / (Steps - 2);
        return new Int16Packing(step > 0 ? step : 1, (low + high) / 2);
    }
}
