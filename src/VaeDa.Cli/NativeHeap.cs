using System.Runtime.InteropServices;

namespace VaeDa.Cli;

/// <summary>
/// The C library's heap, told to keep the blocks that libtorch frees. By default glibc maps each block of more than 32 MiB
/// anew and gives it back when it is freed, so that on large grids every step of training has its pages zeroed again: 40% of
/// the time of an epoch on 90×180 cells.
/// </summary>
internal static class NativeHeap
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD of malloc.h
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD

    private delegate int SetOption(int option, int value);

    /// <summary>Nothing where the C library has no such options.</summary>
    public static void KeepLargeBlocks()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "mallopt", out var address))
        {
            var set = Marshal.GetDelegateForFunctionPointer<SetOption>(address);
            set(MapThreshold, int.MaxValue);
            set(TrimThreshold, int.MaxValue);
        }
    }
}
