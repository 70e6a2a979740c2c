namespace VaeDa.Runtime;

/// <summary>The end of a process that has loaded libtorch.</summary>
public static class NativeProcess
{
    private delegate void EndAtOnce(int code);

    /// <summary>
    /// Ends the process without the destructors of native libraries, which take a tenth of a second to free what the system frees
    /// with the process, and crash where a thread still runs. All files must be closed. Returns where the C library has no such
    /// function; the program then ends as usual.
    /// </summary>
    /// <param name="code">The exit status of the process.</param>
    public static void End(int code) => CLibrary.Function<EndAtOnce>("_exit")?.Invoke(code);
}
