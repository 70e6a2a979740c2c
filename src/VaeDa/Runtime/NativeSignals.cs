namespace VaeDa.Runtime;

/// <summary>Signals that the parent of the process has it ignore.</summary>
public static class NativeSignals
{
    private const int Interrupt = 2; // SIGINT of signal.h

    private delegate nint SetHandler(int signal, nint handler);

    /// <summary>
    /// Has an interrupt (SIGINT) heard although the process was started to ignore it, as shells start jobs in the background; .NET leaves it
    /// ignored then. It must be called before anything registers for that signal. Nothing happens where the C library has no such function.
    /// </summary>
    public static void HeedInterrupt() => CLibrary.Function<SetHandler>("signal")?.Invoke(Interrupt, 0);
}
