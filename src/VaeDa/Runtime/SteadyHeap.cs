namespace VaeDa.Runtime;

/// <summary>
/// The managed heap during many steps that are all alike. While one pause of collections follows another (<see cref="CollectionPause"/>), hardly anything is collected:
/// what is dead, a few megabytes a step, would be gigabytes after some hundreds of them.
/// </summary>
internal sealed class SteadyHeap
{
    private const long WorthCollecting = 64L << 20;

    private long _allocated = GC.GetTotalAllocatedBytes();

    /// <summary>After each step, when no native call runs.</summary>
    public void AfterStep()
    {
        if (GC.GetTotalAllocatedBytes() - _allocated > WorthCollecting)
        {
            GC.Collect();
            _allocated = GC.GetTotalAllocatedBytes();
        }
    }
}
