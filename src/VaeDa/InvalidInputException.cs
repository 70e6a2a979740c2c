namespace VaeDa;

/// <summary>
/// Something a user gave (a file, a value, a combination of them) cannot be worked with. The message is one line that
/// names the file and place, says what is wrong and what would be right; it is shown as it stands.
/// </summary>
public class InvalidInputException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Name of the setting (a property of an options record, or a parameter) that would have to be another; null where it is none. A
    /// front end adds what it calls that setting.
    /// </summary>
    public string? Setting
    {
        get => field ?? Inner?.Setting;
        init;
    }

    /// <summary>What would help; a front end says how that is done.</summary>
    public Remedy Remedy
    {
        get => field == Remedy.None && Inner is { } inner ? inner.Remedy : field;
        init;
    }

    private InvalidInputException? Inner => InnerException as InvalidInputException;
}
