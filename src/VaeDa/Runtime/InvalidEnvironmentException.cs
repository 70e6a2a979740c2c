namespace VaeDa.Runtime;

/// <summary>An environment variable, such as VAEDA_LIBTORCH, asks for what cannot be. The message is one line, shown as it stands.</summary>
/// <param name="message">One line for the user, which names the variable, says what is wrong and what would be right.</param>
/// <param name="inner">What was thrown below, if anything was.</param>
public sealed class InvalidEnvironmentException(string message, Exception? inner = null) : InvalidInputException(message, inner);
