namespace VaeDa.Runtime;

/// <summary>The managed heap between two stages of the work.</summary>
internal static class ManagedHeap
{
    /// <summary>Collects and gives free memory back to the system. For the end of a stage that left much garbage, such as tables of text: the next would stand on top of it.</summary>
    public static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
