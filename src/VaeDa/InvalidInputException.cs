namespace VaeDa;

/// <summary>
/// Something a user gave (a file, a value, a combination of them) cannot be worked with. The message is one line that
/// names the file and place, says what is wrong and what would be right; it is shown as it stands. It may quote what it found in a file, so
/// what is not printed becomes a '?', and of a message longer than 1,500 characters there are the beginning and the end.
/// </summary>
/// <param name="message">One line for the user, which names the file and place, says what is wrong and what would be right.</param>
/// <param name="inner">What was thrown below, if anything was. Where it is of this type, its setting and its remedy count unless others are given.</param>
public class InvalidInputException(string message, Exception? inner = null) : Exception(Excerpt.Line(message), inner)
{
    /// <summary>
    /// The name of the setting that would have to be another: a property of an options record, or a parameter. Null where no
    /// setting is at fault. A front end adds what it calls that setting.
    /// </summary>
    public string? Setting
    {
        get => field ?? Inner?.Setting;
        init;
    }

    /// <summary>What would give the user the file that is needed, if anything would. A front end says how that is done.</summary>
    public Remedy Remedy
    {
        get => field == Remedy.None && Inner is { } inner ? inner.Remedy : field;
        init;
    }

    private InvalidInputException? Inner => InnerException as InvalidInputException;
}
