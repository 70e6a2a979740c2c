using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VaeDa.Runtime;

/// <summary>
/// The C library's heap, told what to do with the blocks that libtorch frees. By default glibc maps each block of more than
/// 32 MiB anew and gives it back when it is freed, so that on large grids every step of training has its pages zeroed again:
/// 40% of the time of an epoch on 90×180 cells. Where a stage of the work ends, what is free is given back: the next stage's
/// blocks are of other sizes, and would lie beside. Nothing happens where the C library has no such functions.
/// </summary>
public static class NativeHeap
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD of malloc.h
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD
    private const int LargeBlock = 4 << 20; // bytes
    private const int DoNotNeed = 4; // MADV_DONTNEED of mman.h

    private delegate int SetOption(int option, int value);

    private delegate int GiveBackFree(nuint pad);

    private delegate int Advise(nuint start, nuint length, int advice);

    /// <summary>Before libtorch is loaded. For steps that are all alike, as those of training: each finds the last one's blocks.</summary>
    internal static void KeepLargeBlocks()
    {
        var set = CLibrary.Function<SetOption>("mallopt");
        set?.Invoke(MapThreshold, int.MaxValue);
        set?.Invoke(TrimThreshold, int.MaxValue);
    }

    /// <summary>
    /// Has libtorch ask the system for large pages of memory, which are cheaper to have anew. It must be called before libtorch is
    /// loaded. It suits assimilation, not training, which keeps its blocks: in some processes a step takes up to a quarter longer
    /// (docs/performance.md), probably since all blocks begin at a multiple of a large page then and are rivals for the same places of
    /// the caches.
    /// </summary>
    public static void AskForLargePages() => CLibrary.SetDefault("THP_MEM_ALLOC_ENABLE", "1");

    /// <summary>For blocks of many sizes, as those of fields of different levels: kept, they would leave the heap in ever more pieces.</summary>
    internal static void MapLargeBlocks() => CLibrary.Function<SetOption>("mallopt")?.Invoke(MapThreshold, LargeBlock);

    /// <summary>Gives all free memory of the heap back to the system, from the midst of the heap too. For the end of a stage of the work.</summary>
    public static void GiveBack() => CLibrary.Function<GiveBackFree>("malloc_trim")?.Invoke(0);

    /// <summary>Gives the memory of a file's mapping back; what is read of it again comes from the file again.</summary>
    /// <param name="mapped">Begins there. Never written to: what was written would be lost.</param>
    /// <param name="length">Bytes, which may be more than a span can have.</param>
    internal static void GiveBack(ReadOnlySpan<byte> mapped, long length)
    {
        var page = (nuint)Environment.SystemPageSize;
        var start = (nuint)Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(mapped));
        var (first, end) = ((start + page - 1) / page * page, (start + (nuint)length) / page * page);
        if (end > first)
        {
            CLibrary.Function<Advise>("madvise")?.Invoke(first, end - first, DoNotNeed);
        }
    }
}
