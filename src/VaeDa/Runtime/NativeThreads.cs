namespace VaeDa.Runtime;

/// <summary>
/// How the threads of OpenMP, libtorch's, wait for each other. GNU's spin for milliseconds; on a machine that others use too they
/// keep the core from the very thread that they wait for, and an analysis of two seconds takes ten (docs/performance.md). Here they
/// sleep after a short while.
/// </summary>
internal static class NativeThreads
{
    // Rounds of a loop, some twenty microseconds: who comes at once finds the thread awake.
    private const string SpinCount = "1000";

    /// <summary>Before libtorch is loaded. What the user has set stands.</summary>
    public static void Prepare()
    {
        // The count would go before the policy.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY")))
        {
            CLibrary.SetDefault("GOMP_SPINCOUNT", SpinCount);
        }
    }
}
