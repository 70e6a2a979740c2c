namespace VaeDa.Cli;

/// <summary>The command, or the environment that it was given, asks for what cannot be; the message is one line, shown as it stands.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
