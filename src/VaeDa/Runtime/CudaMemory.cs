using System.Runtime.InteropServices;
using TorchSharp;

namespace VaeDa.Runtime;

/// <summary>Memory of the CUDA device in use, which TorchSharp does not tell, by the CUDA driver API.</summary>
public static class CudaMemory
{
    /// <summary>Free bytes; null on another device, or if the driver does not say.</summary>
    public static long? Free(torch.Device device) => device.type == DeviceType.CUDA && MemGetInfo(out var free, out _) == 0 ? (long)free : null;

    [DllImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static extern int MemGetInfo(out nuint free, out nuint total);
}
