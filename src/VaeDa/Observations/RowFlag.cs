namespace VaeDa.Observations;

/// <summary>The words for rows that are in a table and not to be used, as they stand in the results (<see cref="Observation.Flag"/>).</summary>
internal static class RowFlag
{
    public const string MissingCode = "rejected: its value stands for a missing one";

    private const string RepeatWords = "repeat: averaged with ";

    public static string Repeat(string place) => RepeatWords + place;

    public static bool IsRepeat(string? flag) => flag?.StartsWith(RepeatWords, StringComparison.Ordinal) == true;
}
