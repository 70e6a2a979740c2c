using System.Runtime.Intrinsics.X86;
using System.Text;

namespace VaeDa.Runtime;

/// <summary>What an AMD processor says of its caches (AMD64 Architecture Programmer's Manual, volume 3, function 8000_001D).</summary>
internal static class ProcessorCaches
{
    private const int Extended = unchecked((int)0x80000000);
    private const int Topology = unchecked((int)0x8000001D);
    private const int Kind = 0x1F;

    /// <summary>
    /// Whether the processor could describe its caches, and describes none: so it is in some virtual machines. oneDNN (3.7) then takes each of them for one byte,
    /// chooses its blocks by that, and computes wrong numbers or writes where it may not.
    /// </summary>
    public static bool AreHidden() =>
        X86Base.IsSupported && Vendor() == "AuthenticAMD" && X86Base.CpuId(Extended, 0).Eax >= Topology && (X86Base.CpuId(Topology, 0).Eax & Kind) == 0;

    private static string Vendor()
    {
        var (_, first, third, second) = X86Base.CpuId(0, 0);
        return Encoding.ASCII.GetString([.. BitConverter.GetBytes(first), .. BitConverter.GetBytes(second), .. BitConverter.GetBytes(third)]);
    }
}
