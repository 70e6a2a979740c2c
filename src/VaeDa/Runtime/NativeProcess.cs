namespace VaeDa.Runtime;

/// <summary>The end of a process that has loaded libtorch.</summary>
public static class NativeProcess
{
    private delegate void EndAtOnce(int code);

    /// <summary>
    /// Ends it without the destructors of native libraries, which take a tenth of a second to free what the system frees with
    /// the process, and crash where a thread still runs. All files must be closed. Returns where the C library has no such function.
    /// </summary>
    public static void End(int code) => CLibrary.Function<EndAtOnce>("_exit")?.Invoke(code);
}
