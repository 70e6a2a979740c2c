using System.Text;
using System.Text.RegularExpressions;

namespace VaeDa.Fields;

/// <summary>Names that become those of files: names, and never paths.</summary>
internal static partial class FileNames
{
    // With an ending and what stands before it in a file's name, below the 255 that file systems allow.
    public const int MostBytes = 100;

    private const string NoLetters = "/\\:*?\"<>|";

    /// <summary>Whether a name is no path, on any system: without separators, control characters and dots at its ends, and not that of a device.</summary>
    public static bool IsSafe(string name) => name.Trim(' ', '.') == name && name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MostBytes
        && !name.Any(c => char.IsControl(c) || NoLetters.Contains(c)) && !IsDevice(name);

    /// <summary>Windows takes these for devices, whatever follows a point.</summary>
    public static bool IsDevice(string name) => Device().IsMatch(name);

    [GeneratedRegex(@"^(con|prn|aux|nul|com\d|lpt\d)(\.|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();
}
