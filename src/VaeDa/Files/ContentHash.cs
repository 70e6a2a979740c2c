using System.Text;
using VaeDa.Runtime;

namespace VaeDa.Files;

/// <summary>
/// A SHA-256 that stands in the file that it is of: that of all the file's bytes, as they are while its own 64 digits are zeros. A change
/// of any bit shows.
/// </summary>
internal static class ContentHash
{
    public const int Digits = 64;

    /// <summary>What stands in the place of the digits while they are computed.</summary>
    public static string Blank { get; } = new('0', Digits);

    /// <summary>Where the digits are in a text, in bytes from its beginning.</summary>
    /// <param name="text">Of which they are the value of a member, in JSON.</param>
    /// <param name="member">Its name, and what stands before the value: <c>"sha256":"</c>. It must not occur before.</param>
    /// <returns>Negative where there are none.</returns>
    public static int PlaceIn(ReadOnlySpan<byte> text, string member) =>
        text.IndexOf(Encoding.UTF8.GetBytes(member)) is >= 0 and var start && start + member.Length + Digits <= text.Length ? start + member.Length : -1;

    /// <summary>Of a text that is whole in memory.</summary>
    /// <param name="text">Its digits are set to zeros.</param>
    /// <param name="place">Of the digits; negative where there are none.</param>
    public static string Of(byte[] text, int place)
    {
        if (place >= 0)
        {
            text.AsSpan(place, Digits).Fill((byte)'0');
        }

        return Sha256.Of(text);
    }
}
