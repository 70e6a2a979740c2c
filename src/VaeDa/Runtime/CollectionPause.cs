using System.Runtime;

namespace VaeDa.Runtime;

/// <summary>
/// Holds garbage collection off while it lives. TorchSharp does not keep the scalar operands of an operation alive during
/// the native call: a collection at that moment frees the operand, and libtorch reads freed memory (seen: 'Unknown scalar
/// type' in the midst of long validations). A search allocates little managed memory; one that passes the budget is
/// collected as usual.
/// </summary>
internal sealed class CollectionPause : IDisposable
{
    /// <summary>Bytes that may be allocated while it lives.</summary>
    public const long Budget = 128L << 20;

    // The mode is the process's: what one thread has looked up, another may have changed.
    private static readonly Lock Changing = new();

    // A collection takes longer the more is alive, tables of a million rows for example.
    private const long WorthCollecting = Budget / 4;

    private readonly bool _started;
    private long _allocated = GC.GetTotalAllocatedBytes();

    public CollectionPause()
    {
        // One at a time in a process; a caller's own serves as well.
        _started = TryStart();
        // What the collection at the start has found dead is finalised now, not beside the search.
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Collects now, when no native call runs, if there is much to collect, and takes the whole budget anew.</summary>
    /// <param name="givesBack">Whether it is the end of a stage that left much dead: its memory goes back to the system then.</param>
    public void Renew(bool givesBack = false)
    {
        if (_started)
        {
            Dispose();
            // To take the budget alone collects nothing while there is room beside what is dead.
            if (GC.GetTotalAllocatedBytes() - _allocated > WorthCollecting)
            {
                GC.Collect(GC.MaxGeneration, givesBack ? GCCollectionMode.Aggressive : GCCollectionMode.Default, blocking: true, compacting: givesBack);
                _allocated = GC.GetTotalAllocatedBytes();
            }

            TryStart();
            GC.WaitForPendingFinalizers();
        }
    }

    public void Dispose()
    {
        lock (Changing)
        {
            if (_started && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                End();
            }
        }
    }

    private static void End()
    {
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // It says that the budget was passed, or that there is none.
        }
    }

    private static bool TryStart()
    {
        lock (Changing)
        {
            try
            {
                return GCSettings.LatencyMode != GCLatencyMode.NoGCRegion && GC.TryStartNoGCRegion(Budget);
            }
            catch (InvalidOperationException)
            {
                // One that has passed its budget: the mode is as usual, and yet it counts until it is ended.
                End();
                return false;
            }
        }
    }
}
