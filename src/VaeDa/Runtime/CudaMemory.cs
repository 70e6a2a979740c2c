using System.Runtime.InteropServices;
using TorchSharp;

namespace VaeDa.Runtime;

/// <summary>The memory of the CUDA device in use. TorchSharp does not tell it; the CUDA driver does.</summary>
public static class CudaMemory
{
    /// <summary>The memory of the device that is free now.</summary>
    /// <param name="device">The device that the work runs on.</param>
    /// <returns>Bytes; null if it is not a CUDA device, or if the driver does not say.</returns>
    public static long? Free(torch.Device device) => device.type == DeviceType.CUDA && MemGetInfo(out var free, out _) == 0 ? (long)free : null;

    [DllImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static extern int MemGetInfo(out nuint free, out nuint total);
}
