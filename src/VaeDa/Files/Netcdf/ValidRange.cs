namespace VaeDa.Files.Netcdf;

/// <summary>
/// The limits that <c>valid_range</c>, <c>valid_min</c> and <c>valid_max</c> set: what is beyond them is a flag, such as land or ice
/// (NetCDF User's Guide, "Attribute conventions").
/// </summary>
/// <param name="Low">In stored numbers; infinite without a limit.</param>
/// <param name="High">In stored numbers; infinite without a limit.</param>
internal readonly record struct ValidRange(double Low, double High)
{
    private static readonly string[] Names = ["valid_range", "valid_min", "valid_max"];

    public static ValidRange All { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>The limits as they are written.</summary>
    /// <exception cref="InvalidInputException">They are no limits.</exception>
    public static ValidRange Written(NetcdfVariable variable)
    {
        var range = variable.PackingNumbers("valid_range");
        if (range.Length is not (0 or 2))
        {
            throw variable.Wrong("valid_range", $"is {PackingAttributes.List(range)}; two numbers are needed");
        }

        double[] low = [.. range.Take(1), .. Limit("valid_min")], high = [.. range.Skip(1), .. Limit("valid_max")];
        return new(low.Where(l => !double.IsNaN(l)).DefaultIfEmpty(All.Low).Max(), high.Where(h => !double.IsNaN(h)).DefaultIfEmpty(All.High).Min());

        double[] Limit(string name) => variable.PackingNumbers(name) is { Length: <= 1 } numbers
            ? numbers
            : throw variable.Wrong(name, $"is {PackingAttributes.List(variable.PackingNumbers(name))}; one number is needed");
    }

    /// <summary>The limits in stored numbers, where they count.</summary>
    /// <param name="variable">A coordinate has none: it is not missing anywhere, and files that were cut or shifted keep ranges of before.</param>
    /// <param name="type">Type of the stored numbers.</param>
    /// <param name="asStored">What a number of an attribute is as a stored number.</param>
    /// <param name="scale">Values per stored number.</param>
    /// <param name="offset">Value of the stored 0.</param>
    /// <exception cref="InvalidInputException">Nothing is between the limits, or it cannot be known what they mean.</exception>
    public static ValidRange Of(NetcdfVariable variable, NetcdfType type, Func<double, double> asStored, double scale, double offset)
    {
        var written = Written(variable);
        if (written == All || (variable.Dimensions is [var own] && own.Name == variable.FullName))
        {
            return All;
        }

        var name = Names.First(variable.Attributes.Contains);
        var stored = new ValidRange(asStored(written.Low), asStored(written.High));
        // Limits belong in stored numbers. Those of a floating-point type on packed integers are older, and often in the values' units.
        if (!type.IsFloat() && (scale, offset) != (1, 0) && Array.Exists(Names, variable.IsFloating))
        {
            // To the nearest stored number: 330 may be packed as 329.999.
            var (a, b) = (Math.Round((written.Low - offset) / scale), Math.Round((written.High - offset) / scale));
            var unpacked = new ValidRange(Math.Min(a, b), Math.Max(a, b));
            stored = unpacked.Excludes(type) || !stored.Excludes(type) ? unpacked : throw variable.Wrong(name, FormattableString.Invariant(
                $"is of a floating-point type ({written.Low} to {written.High}): as values it excludes nothing, so stored numbers may be meant; give it the variable's own type"));
        }

        return stored.Low <= stored.High ? stored : throw variable.Wrong(name, FormattableString.Invariant($"leaves no valid value ({written.Low} to {written.High})"));
    }

    private bool Excludes(NetcdfType type) => Low > type.Bounds().Low || High < type.Bounds().High;
}
