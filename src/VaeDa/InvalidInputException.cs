namespace VaeDa;

/// <summary>
/// Something a user gave (a file, a value, a combination of them) cannot be worked with. The message is one line that
/// names the file and place, says what is wrong and what would be right; it is shown as it stands.
/// </summary>
public sealed class InvalidInputException(string message, Exception? inner = null) : Exception(message, inner);
