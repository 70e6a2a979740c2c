using System.Runtime.InteropServices;

namespace VaeDa.Cli;

/// <summary>Memory of the CUDA device in use, which TorchSharp does not tell, by the CUDA driver API.</summary>
internal static class CudaMemory
{
    /// <summary>Free bytes; 0 if the driver does not say.</summary>
    public static long Free() => MemGetInfo(out var free, out _) == 0 ? (long)free : 0;

    [DllImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static extern int MemGetInfo(out nuint free, out nuint total);
}
