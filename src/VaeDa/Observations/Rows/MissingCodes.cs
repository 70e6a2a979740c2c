using System.Globalization;

namespace VaeDa.Observations.Rows;

/// <summary>
/// Finds the numbers that stand for a missing value among the values of a variable: far outside all others, and either written as
/// such codes are (−9999, 99.99, 1e20) or the same in many rows.
/// </summary>
internal static class MissingCodes
{
    // Distances from the median of the distinct values, in units of the distance within which nine in ten of these are: for normal
    // values 4.9 and 16 standard deviations. Each value counts once there, so that no share of codes moves median or distance.
    private const double FarIfLikeACode = 3;
    private const double FarInAnyCase = 10;
    private const int FewestRows = 2;
    private const int FewestRowsOfAnyNumber = 5;
    private const int FewestValues = 5;
    private const double LeastOfFewValues = 99;

    // What file formats and languages write where nothing was written.
    private static readonly float[] Fills = [-32767, -32768, 32767, int.MinValue, 9.96921e36f, 1e20f, 1e30f, -1e30f, 1e35f, 1e36f, float.MaxValue, float.MinValue];

    /// <param name="values">The values of one variable, at all times and places.</param>
    /// <returns>The values that are codes, each once.</returns>
    public static HashSet<double> Of(IEnumerable<double> values) => Of(new ValueCounts(values));

    /// <param name="counts">Of the values of one variable, at all times and places.</param>
    /// <returns>The values that are codes, each once.</returns>
    public static HashSet<double> Of(ValueCounts counts)
    {
        var rows = counts.Sorted;
        double[] distinct = [.. rows.Where(row => !IsLikeACode(row.Value)).Select(row => row.Value)];
        return [.. rows.Where(row => row.Count >= FewestRowsOfAnyNumber || IsLikeACode(row.Value)).Where(
            distinct.Length < FewestValues ? IsBeyondDoubt : IsFar(distinct)).Select(row => row.Value)];

        // Too few values to tell what is usual.
        bool IsBeyondDoubt((double Value, int Count) row) =>
            IsLikeACode(row.Value) && row.Count >= FewestRows && Math.Abs(row.Value) >= LeastOfFewValues && Array.TrueForAll(distinct, other => Math.Abs(row.Value) > FarInAnyCase * Math.Abs(other));
    }

    /// <summary>The same of standard deviations of errors, where a large one that repeats is a source's poor instrument and no code.</summary>
    /// <param name="errors">Of one table.</param>
    public static HashSet<double> OfErrors(IEnumerable<double> errors) => [.. Of(errors).Where(IsLikeACode)];

    private static Func<(double Value, int Count), bool> IsFar(double[] distinct)
    {
        var median = distinct[distinct.Length / 2];
        double[] distances = [.. distinct.Select(value => Math.Abs(value - median)).Order()];
        var usual = distances[(int)(0.9 * (distances.Length - 1))];
        return row => Math.Abs(row.Value - median) > (IsLikeACode(row.Value) && row.Count >= FewestRows ? FarIfLikeACode : FarInAnyCase) * usual;
    }

    /// <summary>Nines, two or more before the point and nothing else, whatever precision the value went through; or a format's fill value.</summary>
    private static bool IsLikeACode(double value)
    {
        var text = Math.Abs((float)value).ToString(CultureInfo.InvariantCulture);
        return text.StartsWith("99", StringComparison.Ordinal) && text.All(c => c is '9' or '.') || Fills.Contains((float)value);
    }
}
