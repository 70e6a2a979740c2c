using System.Globalization;

namespace VaeDa.Files.Netcdf;

/// <summary>The numbers that say how a variable is packed, which some programs write as text.</summary>
internal static class PackingAttributes
{
    /// <summary>The numbers of an attribute; empty if it is absent or empty.</summary>
    /// <exception cref="InvalidInputException">It is a text that holds no numbers.</exception>
    public static double[] PackingNumbers(this NetcdfVariable variable, string name)
    {
        if (variable.Attributes.Text(name) is not { } text)
        {
            return [.. variable.Attributes.Numbers(name)];
        }

        var words = text.Split((char[])[' ', '\t', '\r', '\n', '\0'], StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(words, word => double.TryParse(word.TrimEnd(','), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw variable.Wrong(name, $"is the text '{OneLine(text)}'; a number is needed"));
    }

    /// <summary>The number of an attribute; null if it is absent or empty.</summary>
    /// <exception cref="InvalidInputException">It is a text that holds no number, several numbers, or no finite one.</exception>
    public static double? PackingNumber(this NetcdfVariable variable, string name) => variable.PackingNumbers(name) switch
    {
        [] => null,
        [var number] when double.IsFinite(number) => number,
        var numbers => throw variable.Wrong(name, $"is {List(numbers)}; one finite number is needed"),
    };

    /// <summary>Whether the attribute is of a floating-point type, or a text with a number that is not written as an integer.</summary>
    public static bool IsFloating(this NetcdfVariable variable, string name) => variable.Attributes.Contains(name)
        && variable.Attributes[name] is float or double or float[] or double[] || variable.Attributes.Text(name)?.AsSpan().ContainsAny(".eE") == true;

    public static InvalidInputException Wrong(this NetcdfVariable variable, string attribute, string how) =>
        new($"variable '{variable.FullName}': its attribute {attribute} {how}");

    public static string List(IEnumerable<double> numbers) => string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));

    private static string OneLine(string text) => string.Concat(text.Take(40).Select(c => char.IsControl(c) ? ' ' : c));
}
