namespace VaeDa.Runtime;

/// <summary>A variable of the environment asks for what cannot be; the message is one line, shown as it stands.</summary>
public sealed class InvalidEnvironmentException(string message, Exception? inner = null) : InvalidInputException(message, inner);
