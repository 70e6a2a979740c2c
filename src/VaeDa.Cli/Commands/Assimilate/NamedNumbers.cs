using System.Globalization;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>Options of the form <c>NAME=1,2,3,4</c>.</summary>
internal static class NamedNumbers
{
    /// <param name="option">Its name, for the message.</param>
    /// <param name="text">As it was typed.</param>
    /// <param name="count">Of the numbers.</param>
    /// <param name="form">What would be right.</param>
    /// <exception cref="UsageException">It is of another form.</exception>
    public static (string Name, double[] Numbers) Parse(string option, string text, int count, string form)
    {
        var (name, rest) = text.IndexOf('=') is > 0 and var at ? (text[..at], text[(at + 1)..].Split(',')) : (string.Empty, []);
        var numbers = Array.ConvertAll(rest, part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN);
        return name.Length > 0 && numbers.Length == count && Array.TrueForAll(numbers, double.IsFinite)
            ? (name, numbers)
            : throw new UsageException($"{option} is '{text}'; it must be {form}");
    }
}
