namespace VaeDa.Observations.Rows;

/// <summary>The words for rows that are in a table and not to be used, as they stand in the results (<see cref="Observation.Flag"/>).</summary>
internal static class RowFlag
{
    public const string MissingCode = MissingWords + "its value stands for a missing one";

    public const string NoTime = "rejected: it has no time, as others have";

    public const string Withheld = "withheld";

    private const string MissingWords = "missing: ";
    private const string RepeatWords = "repeat: averaged with ";

    public static string Doubt(string doubt) => $"{MissingWords}flagged by its source, {doubt}";

    public static string Unreadable(RowFault fault) => $"unreadable: {fault.Problem}";

    public static string Rejected(string reason) => $"rejected: {reason}";

    public static string Repeat(string place) => RepeatWords + place;

    public static bool IsMissing(string? flag) => flag?.StartsWith(MissingWords, StringComparison.Ordinal) == true;

    public static bool IsWithheld(string? flag) => flag == Withheld;

    public static bool IsRepeat(string? flag) => flag?.StartsWith(RepeatWords, StringComparison.Ordinal) == true;
}
